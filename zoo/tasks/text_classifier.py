"""Text classifiers: a label for a text or a pair of texts."""

from typing import Any

import keras
import tensorflow as tf

from ...layers.errors import UserError
from ...layers.heads import first_token
from ..signatures import Signature, sample_texts
from .encoder_model import EncoderModel
from .text_model import batch_of_text, strings_spec


@keras.saving.register_keras_serializable(package="langzoo")
class TextClassifier(EncoderModel):
    """An encoder and the head that its paper classifies with.

    Args:
        config: of a family with the task "text_classifier".
        tokenizer: needed by `classify`.
        labels: names of the classes, in the order of the logits.
        **kwargs: `name`.

    Call with `inputs` `{"token_ids": (B, T)[, "padding_mask"][, "segment_ids"]}`; returns `{"logits": float32 (B, C)}`.

    Raises:
        UserError: no label, or the same twice.

    Example:
        >>> import langzoo.zoo as zoo
        >>> model = zoo.create("roberta_tiny", task="text_classifier", options={"labels": ["bad", "good"]})
        >>> model({"token_ids": tf.constant([[0, 5, 2]])})["logits"].shape
        TensorShape([1, 2])
    """

    task = "text_classifier"
    purpose = "gives a text, or a pair of texts, a label"
    intended_use = "Sorting texts like those of its training data into its classes."
    example_call = 'classify(["the cat sat"])'

    def __init__(self, config, *, tokenizer=None, labels=("0", "1"), **kwargs):
        super().__init__(config, tokenizer=tokenizer, **kwargs)
        labels = tuple(str(label) for label in labels)
        if not labels or len(set(labels)) < len(labels):
            raise UserError(f"labels must be different names, at least one, not {list(labels)}")
        self.labels = labels
        self.head = self.backbone.build_classification_head(len(labels))
        self.head.build((None, self.backbone.hidden_dim))
        self.built = True

    @property
    def options(self):
        """See `TextModel`."""
        return {"labels": list(self.labels)}

    def call(self, inputs, training=None):
        """See the class."""
        hidden = self.encode(inputs, training)["hidden_states"]
        return {"logits": self.head(first_token(hidden), training=training)}

    def string_signatures(self):
        """See `TextModel`:

        - `serving_default`, also named `classify`: text (B,) -> labels (B,) and probabilities (B, C).
        - `classify_pairs`: text (B,), pair (B,) -> the same.
        - `tokens`: token_ids, padding_mask[, segment_ids] (B, T) -> logits (B, C).
        """
        texts, text = sample_texts(self), strings_spec()
        order = ", ".join(self.labels[:20]) + (", ..." if len(self.labels) > 20 else "")
        classify = Signature(
            function=lambda inputs: self.classify_strings(inputs["text"]),
            inputs={"text": text},
            meaning=f"The label of each text, and the probabilities of all labels in the order {order}",
            examples=[{"text": texts}],
        )
        pairs = Signature(
            function=lambda inputs: self.classify_strings(inputs["text"], inputs["pair"]),
            inputs={"text": text, "pair": text},
            meaning="The same of each pair of texts",
            examples=[{"text": texts, "pair": texts[::-1].copy()}],
        )
        tokens = self.token_signature("logits")
        return {"serving_default": classify, "classify": classify, "classify_pairs": pairs, "tokens": tokens}

    def litert_program(self, *, sample=None, **options):
        """See `TextModel` and `encoder_program`."""
        return self.encoder_program(
            "logits", decision=("logits", "argmax"), sample=sample, labels=self.labels, **options
        )

    def classify_strings(self, texts, pairs=None) -> dict[str, Any]:
        """In a graph: strings (B,) -> `labels` strings (B,) and `probabilities` float32 (B, C)."""
        probabilities = tf.nn.softmax(self(self.pack(texts, pairs))["logits"])
        best = tf.argmax(probabilities, axis=-1)
        return {"labels": tf.gather(tf.constant(self.labels), best), "probabilities": probabilities}

    def classify(self, texts, pairs=None) -> list[dict[str, Any]]:
        """The label of each text, or of each pair.

        Args:
            texts: list of strings.
            pairs: the second text of each, or None.

        Returns:
            A list, one entry a text: `label`, and `probabilities`, label -> number.

        Raises:
            UserError: the model has no tokenizer, or a text is not Unicode.
            ValueError: texts is one string, or not strings; or there are not as many second texts.
        """
        self.need_separator()
        arguments = [batch_of_text(texts, "texts")]
        if pairs is not None:
            arguments.append(batch_of_text(pairs, "pairs"))
            if len(arguments[0]) != len(arguments[1]):
                raise ValueError(f"pairs must be as many as texts, {len(arguments[0])}, not {len(arguments[1])}")
        if not len(arguments[0]):
            return []
        signature = [strings_spec()] * len(arguments)
        graph = self._graph(
            ("classify", len(arguments)), lambda: tf.function(self.classify_strings, input_signature=signature)
        )
        out = {name: value.numpy() for name, value in graph(*arguments).items()}
        return [
            {"label": label.decode(), "probabilities": dict(zip(self.labels, probabilities.tolist(), strict=True))}
            for label, probabilities in zip(out["labels"], out["probabilities"], strict=True)
        ]
