"""Text classifiers, which predict a label, several labels or a score for a text or a pair of texts."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from ...layers.heads import ClassificationHead
from ...layers.plain.classification_answers import classification_answers, classification_outputs
from ...layers.plain.errors import UserError
from ...layers.text import Tokenizer
from ..model_config import ModelConfig
from ..models import weight_counts as count
from .encoder_model import EncoderModel
from .registry import register_task
from .string_function import StringFunction
from .text_model import batch_of_text

PROBLEM_TYPES = ("single_label_classification", "multi_label_classification", "regression")
ACTIVATIONS = ("identity", "sigmoid")


@register_task("text_classifier")
@keras.saving.register_keras_serializable(package="langzoo")
class TextClassifier(EncoderModel):
    """A body with the classification head of its paper.

    The head of an encoder reads the vector of the first token, that of a causal body (an LSTM, a GPT) the vector of the
    last token, which depends on the whole text (Radford et al. 2018, "Improving Language Understanding by Generative
    Pre-Training"), unless the family's `head_style` names another pooling.

    Args:
        config: a configuration of a family with an encoder or a causal body.
        tokenizer: required by `classify`.
        labels: the names of the classes, in the order of the logits.
        problem_type: the meaning of the logits, as in transformers: "single_label_classification" (a text has
            one of the labels: softmax), "multi_label_classification" (any number of them: the sigmoid of each) or
            "regression" (each logit is a score; with one label also a reranker's). None for regression if there is one
            label, and for a single label otherwise.
        activation: the activation of regression: "identity" for the logits themselves, "sigmoid" for scores from 0 to
            1; None for "identity".
        **kwargs: `name`.

    Call with `inputs` `{"token_ids": (B, T)[, "padding_mask"][, "segment_ids"]}`; returns `{"logits": float32 (B, C)}`.

    Raises:
        UserError: no label, or the same twice; only one label to choose from; an unknown problem type or activation, or
            an activation for a problem type with its own.

    Example:
        >>> import langzoo.zoo as zoo
        >>> model = zoo.create("roberta_tiny", task="text_classifier", options={"labels": ["bad", "good"]})
        >>> model({"token_ids": tf.constant([[0, 5, 2]])})["logits"].shape
        TensorShape([1, 2])
    """

    bodies = ("encoder", "causal", "bag")
    purpose = "predicts labels or a score for a text or a pair of texts"
    intended_use = "Classifying or ranking texts like those of its training data."
    example_call = 'classify(["the cat sat"])'
    token_outputs = ("logits",)

    def __init__(
        self,
        config: ModelConfig,
        *,
        tokenizer: Tokenizer | None = None,
        labels: Sequence[str] = ("0", "1"),
        problem_type: str | None = None,
        activation: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(config, tokenizer=tokenizer, **kwargs)
        given, labels = labels, tuple(str(label) for label in labels) if isinstance(labels, (list, tuple)) else ()
        if not labels or len(set(labels)) < len(labels):
            raise UserError(f"labels must be different names, at least one, not {str(given)[:200]}")
        self.labels = labels
        self.problem_type = problem_type or ("regression" if len(labels) == 1 else "single_label_classification")
        if self.problem_type not in PROBLEM_TYPES:
            raise UserError(f"problem_type must be one of {', '.join(PROBLEM_TYPES)}, not {problem_type!r}")
        if self.problem_type == "single_label_classification" and len(labels) == 1:
            raise UserError(
                f"problem_type single_label_classification needs two labels or more, not {list(labels)}: the one label "
                "would always have the probability 1; use regression or multi_label_classification"
            )
        if activation is not None and (self.problem_type != "regression" or activation not in ACTIVATIONS):
            raise UserError(
                f"activation must be {' or '.join(ACTIVATIONS)} with the problem_type regression and left out with "
                f"others, not {activation!r} with {self.problem_type}"
            )
        if config.body == "bag" and self.problem_type != "single_label_classification":
            raise UserError(
                f"a {config.family} model gives a text one of several labels: problem_type must be "
                f"{PROBLEM_TYPES[0]}, not {self.problem_type}"
            )
        self.activation = (activation or "identity") if self.problem_type == "regression" else None
        self.attention_pooler = self.make_attention_pooler()
        self.head = self._make_head()
        self.built = True

    def _make_head(self) -> Any:
        own = self.backbone.build_classifier(len(self.labels))
        if own is not None:
            return own
        style, dropout = self.config.head_style, getattr(self.config, "dropout", 0.0)
        head = ClassificationHead(
            len(self.labels),
            activation=style.classifier_activation,
            input_dropout=dropout if style.classifier_input_dropout else 0.0,
            dropout=dropout,
            kernel_initializer=self.backbone.initializer(),
            name="head",
        )
        head.build((None, self.backbone.hidden_dim))
        return head

    @classmethod
    def head_count(cls, config: ModelConfig, *, num_classes: int = 2) -> int:
        """See `TextModel`."""
        if num_classes < 1:
            raise UserError(f"num_classes must be at least 1, not {num_classes}")
        width = config.output_dim
        inner = 0 if config.head_style.classifier_activation is None else count.dense(width, width)
        pooler = count.dense(width, width) + width if config.head_style.pooling == "attention" else 0
        return pooler + inner + count.dense(width, num_classes)

    @property
    def options(self) -> dict[str, Any]:
        """See `TextModel`."""
        options = {"labels": list(self.labels), "problem_type": self.problem_type}
        return options if self.activation is None else {**options, "activation": self.activation}

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> dict[str, Any]:
        """See the class."""
        hidden = self.encode(inputs, training)["hidden_states"]
        return {"logits": self.head(self.read_by_head(hidden, inputs), training=training)}

    def read_by_head(self, hidden: Any, inputs: Mapping[str, Any]) -> Any:
        """The input of the head from hidden states (B, T, D): one vector per row."""
        return self.pooled(hidden, inputs.get("padding_mask"))

    @property
    def decision(self) -> tuple[str, str] | None:
        """See `EncoderModel`; it depends on the meaning of the logits."""
        kinds = dict(zip(PROBLEM_TYPES, ("argmax", "sign"), strict=False))
        return ("logits", kinds[self.problem_type]) if self.problem_type in kinds else None

    def string_functions(self) -> dict[str, StringFunction]:
        """See `EncoderModel`; `classify_strings` of texts, and of pairs of texts."""
        classify = StringFunction(answer=self.classify_strings, meaning=self._meaning())
        pairs = StringFunction(
            answer=self.classify_strings, meaning="The same for each pair of texts", columns=("text", "pair")
        )
        return {"serving_default": classify, "classify": classify, "classify_pairs": pairs}

    def _meaning(self) -> str:
        """A description of the results of `classify`, for the model card."""
        order = ", ".join(self.labels[:20]) + (", ..." if len(self.labels) > 20 else "")
        if self.problem_type == "regression":
            kind = "from 0 to 1" if self.activation == "sigmoid" else "any number; higher means more"
            return f"The scores of each text ({kind}) in the order {order}"
        if self.problem_type == "multi_label_classification":
            return f"The probability of every label for each text, and which are at least 0.5, in the order {order}"
        return f"The label of each text, and the probabilities of all labels in the order {order}"

    def classify_strings(self, texts: tf.Tensor, pairs: tf.Tensor | None = None) -> dict[str, Any]:
        """In a graph: strings (B,) -> the outputs of the problem type.

        Returns:
            The outputs of `classification_outputs`: names are strings (B,), probabilities and scores float32 (B, C).
        """
        logits = self(self.pack(texts, pairs))["logits"]
        return classification_outputs(
            logits,
            problem_type=self.problem_type,
            activation=self.activation,
            sigmoid=tf.sigmoid,
            softmax=tf.nn.softmax,
            best=lambda probabilities: tf.gather(tf.constant(self.labels), tf.argmax(probabilities, axis=-1)),
        )

    def answer(self, texts: Sequence[str], pairs: Sequence[str] | None = None, **options: Any) -> list[dict[str, Any]]:
        """See `TextModel`; `classify`."""
        return self.classify(texts, pairs, **options)

    def classify(self, texts: Sequence[str], pairs: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """Predicts the label, the labels or the score of each text or pair, depending on `problem_type`.

        Args:
            texts: list of strings.
            pairs: the second text of each, or None.

        Returns:
            A list with a dict for each text. Single label: `label`, and `probabilities`, label -> number. Multi-label:
            `labels`, those with a probability of at least 0.5, and `probabilities`. Regression: `score`, or, with
            several labels, `scores`, label -> number.

        Raises:
            UserError: the model has no tokenizer, or a text is not Unicode.
            ValueError: texts is a single string, or not strings; or the number of second texts differs.
        """
        self.need_tokenizer()
        arguments = [batch_of_text(texts, "texts")]
        if pairs is not None:
            arguments.append(batch_of_text(pairs, "pairs"))
            if len(arguments[0]) != len(arguments[1]):
                raise ValueError(f"there must be as many pairs as texts, {len(arguments[0])}, not {len(arguments[1])}")
        if not len(arguments[0]):
            return []
        return classification_answers(self.ask(self.classify_strings, *arguments), self.labels)

    def explain(
        self, texts: Sequence[str], pairs: Sequence[str] | None = None, *, against: str | None = None
    ) -> list[dict[str, Any]]:
        """Explains labels by the contribution of every word; for Bayesian networks. See `explain_labels`."""
        from ..word_explanation import explain_labels

        return explain_labels(self, texts, pairs, against=against)

    def sample(
        self, num_samples: int = 1, *, length: int = 10, label: str | None = None, seed: int = 0
    ) -> list[dict[str, Any]]:
        """Draws labels and words from their joint distribution; for Bayesian networks. See `sample_words`."""
        from ..sample_words import sample_words

        return sample_words(self, num_samples, length=length, label=label, seed=seed)
