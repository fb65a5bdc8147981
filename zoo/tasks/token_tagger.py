"""Taggers, which predict a tag for every word of a text."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ...layers.heads import ClassificationHead
from ...layers.masks import HIDDEN
from ...layers.plain.errors import UserError
from ...layers.plain.tag_answers import tag_answers
from ...layers.plain.tag_transitions import allowed_transitions
from ...layers.plain.text.word_rules import WORD_RULES
from ...layers.probabilistic import LinearChainCRF, best_labels
from ...layers.text import Tokenizer
from ...layers.text.word_packer import WordPacker
from ...layers.text.word_splitter import WordSplitter
from ..model_config import ModelConfig
from ..models import weight_counts as count
from .encoder_model import EncoderModel
from .registry import register_task
from .string_function import StringFunction
from .text_model import batch_of_text

HEADS = ("softmax", "crf")


@register_task("token_tagger")
@keras.saving.register_keras_serializable(package="langzoo")
class TokenTagger(EncoderModel):
    """A body with a head that tags every word: named entities, parts of speech, slots.

    The first token of a word represents it (Devlin et al. 2018, section 5.3); in a causal body, an LSTM or a GPT, the
    last one, which depends on the whole word. Words are tokenized one by one. A text that is too long for the model is
    tagged in several rows, see `packed_words`.

    Args:
        config: a configuration of a family with an encoder or a causal body.
        tokenizer: required by `tag`.
        labels: the names of the tags, in the order of the logits; in BIO ("O", "B-PER", "I-PER") they mark spans.
        head: "softmax", each word by itself; or "crf", the whole row at once with a score for each pair of neighbours
            (Lample et al. 2016, arXiv:1603.01360), in which "I-PER" never follows "O" or "B-LOC".
        words: how `tag` splits a text into words, a name of `WORD_RULES`.
        intents: the names of intents of a whole text, "PlayMusic" for instance; empty for taggers without intents. The
            intent is predicted from the input of a classifier with the same body (Chen, Zhuo & Wang 2019,
            arXiv:1902.10909), for a text of several rows from the first.
        **kwargs: `name`.

    Call with `inputs` `{"token_ids": (R, T), "word_places": (R, W), "num_words": (R,)[, "padding_mask"][,
    "segment_ids"]}`; returns `{"logits": float32 (R, W, C)}`, with intents also `intent_logits` float32 (R, I).

    Raises:
        UserError: fewer than two labels, or the same twice; only one intent; an unknown head or rule.

    Example:
        >>> import langzoo.zoo as zoo
        >>> model = zoo.create("roberta_tiny", task="token_tagger", options={"labels": ["O", "B-PER", "I-PER"]})
        >>> inputs = {"token_ids": [[0, 5, 6, 2]], "word_places": [[1, 2]], "num_words": [2]}
        >>> model({name: tf.constant(rows) for name, rows in inputs.items()})["logits"].shape
        TensorShape([1, 2, 3])
    """

    bodies = ("encoder", "causal")
    purpose = "tags every word of a text, and finds the named things in it"
    intended_use = "Finding names, slots or parts of speech in texts like those of its training data."
    example_call = 'tag(["the cat sat"])'
    decision = ("tags", "itself")

    def __init__(
        self,
        config: ModelConfig,
        *,
        tokenizer: Tokenizer | None = None,
        labels: Sequence[str] = ("O", "B-NAME", "I-NAME"),
        head: str = "softmax",
        words: str = "punctuation",
        intents: Sequence[str] = (),
        **kwargs: Any,
    ):
        super().__init__(config, tokenizer=tokenizer, **kwargs)
        self.labels = _names("labels", labels)
        self.intents = _names("intents", intents) if intents else ()
        for name, value, known in (("head", head, HEADS), ("words", words, tuple(WORD_RULES))):
            if value not in known:
                raise UserError(f"{name} must be one of {', '.join(known)}, not {value!r}")
        self.head_kind = head
        self.words = words
        dropout = getattr(config, "dropout", 0.0)
        self.head = self._head(len(labels), "head", dropout=dropout)
        self.attention_pooler = self.make_attention_pooler() if self.intents else None
        self.intent_head = self._head(len(self.intents), "intent_head", dropout=dropout) if self.intents else None
        self.crf = LinearChainCRF(len(labels), name="crf") if head == "crf" else None
        after, first = (np.where(allowed, 0, HIDDEN) for allowed in allowed_transitions(labels))
        self._forbidden = after.astype(np.float32), first.astype(np.float32)
        self.built = True

    def _head(self, num_classes: int, name: str, *, dropout: float) -> ClassificationHead:
        initializer = self.backbone.initializer()
        head = ClassificationHead(
            num_classes, activation=None, dropout=dropout, kernel_initializer=initializer, name=name
        )
        head.build((None, self.backbone.hidden_dim))
        return head

    @classmethod
    def head_count(
        cls, config: ModelConfig, *, num_classes: int = 3, head: str = "softmax", num_intents: int = 0
    ) -> int:
        """See `TextModel`."""
        if num_classes < 2:
            raise UserError(f"num_classes must be at least 2, not {num_classes}")
        chain = num_classes * (num_classes + 2) if head == "crf" else 0
        intents = count.dense(config.output_dim, num_intents) if num_intents else 0
        if num_intents and config.head_style.pooling == "attention":
            intents += count.dense(config.output_dim, config.output_dim) + config.output_dim
        return count.dense(config.output_dim, num_classes) + chain + intents

    @property
    def options(self) -> dict[str, Any]:
        """See `TextModel`."""
        intents = {"intents": list(self.intents)} if self.intents else {}
        return {"labels": list(self.labels), "head": self.head_kind, "words": self.words, **intents}

    def input_signature(self) -> dict[str, tf.TensorSpec]:
        """See `TextModel`."""
        return {
            **super().input_signature(),
            "word_places": tf.TensorSpec((None, None), tf.int32),
            "num_words": tf.TensorSpec((None,), tf.int32),
        }

    @property
    def reads_last_token(self) -> bool:
        """Whether a word is represented by its last token."""
        return self.config.body == "causal"

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> dict[str, Any]:
        """See the class."""
        hidden = self.encode(inputs, training)["hidden_states"]  # (R, T, D)
        of_words = tf.gather(hidden, inputs["word_places"], batch_dims=1)  # (R, W, D)
        logits = {"logits": self.head(of_words, training=training)}
        if self.intent_head is None:
            return logits
        pooled = self.pooled(hidden, inputs.get("padding_mask"))
        return {**logits, "intent_logits": self.intent_head(pooled, training=training)}

    def best_tags(self, logits: Any, num_words: Any) -> Any:
        """The tag of every word as an index into the labels, int32 (R, W); 0 after a row's words."""
        if self.crf is None:
            best = tf.argmax(logits, axis=-1, output_type=tf.int32)
            return tf.where(tf.sequence_mask(num_words, tf.shape(best)[1]), best, 0)
        after, first = self._forbidden
        start, transitions = self.crf.start + first, self.crf.transitions + after
        return best_labels(logits, num_words, transitions=transitions, start=start, end=self.crf.end)

    @property
    def token_inputs(self) -> tuple[str, ...]:
        """See `EncoderModel`."""
        return (*super().token_inputs, "word_places", "num_words")

    @property
    def token_outputs(self) -> tuple[str, ...]:
        """See `EncoderModel`."""
        return ("logits", "tags", *(["intent_logits"] if self.intents else []))

    def answer_tokens(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """See `EncoderModel`; the outputs of the call, and `tags`, the result of `best_tags`."""
        out = self(inputs)
        return {**out, "tags": self.best_tags(out["logits"], inputs["num_words"])}

    def string_functions(self) -> dict[str, StringFunction]:
        """See `EncoderModel`; `tag_strings`."""
        intents = "; the intent of the text, and the probabilities of all" if self.intents else ""
        meaning = f"The words of each text, their tags, where they begin and end, and how many there are{intents}"
        tag = StringFunction(answer=self.tag_strings, meaning=meaning)
        return {"serving_default": tag, "tag": tag}

    def tag_strings(self, texts: tf.Tensor) -> dict[str, Any]:
        """In a graph: strings (B,) -> words and their tags.

        Returns:
            `words` and `tags`, strings (B, W), `starts` and `limits`, int32 (B, W): the positions of a word in the
            text, in characters; `lengths`, int32 (B,): the number of words; and, if there are intents, `intents`,
            strings (B,), and `probabilities`, float32 (B, I).
        """
        spans = self._graph("splitter", lambda: WordSplitter(self.words)).split(texts)
        tokenizer = self.need_tokenizer()
        make = lambda: WordPacker(tokenizer, max_length=self.packed_length, last=self.reads_last_token)  # noqa: E731
        rows = self._graph("packer", make).pack(spans.words)
        out, num_words = self(rows.inputs), rows.inputs["num_words"]
        best = self.best_tags(out["logits"], num_words)  # (R, W)
        of_words = tf.boolean_mask(best, tf.sequence_mask(num_words, tf.shape(best)[1]))
        tags = spans.words.with_flat_values(tf.gather(tf.constant(self.labels), of_words))
        dense = {"words": spans.words, "tags": tags, "starts": spans.starts, "limits": spans.limits}
        found = {name: values.to_tensor() for name, values in dense.items()}
        found["lengths"] = tf.cast(spans.words.row_lengths(), tf.int32)
        if self.intent_head is None:
            return found
        probabilities = tf.nn.softmax(tf.gather(out["intent_logits"], rows.row_splits[:-1]))  # of each text's first row
        intents = tf.gather(tf.constant(self.intents), tf.argmax(probabilities, axis=-1))
        return {**found, "intents": intents, "probabilities": probabilities}

    def words_of(self, texts: Sequence[str]) -> list[list[str]]:
        """The words of each text, as `tag` splits it."""
        rows = self._graph("splitter", lambda: WordSplitter(self.words)).split(batch_of_text(texts, "texts")).words
        return [[word.decode("utf-8") for word in words] for words in rows.to_list()]

    def answer(self, texts: Sequence[str], pairs: Sequence[str] | None = None, **options: Any) -> list[dict[str, Any]]:
        """See `TextModel`; `tag`."""
        self.refuse_pairs(pairs)
        return self.tag(texts, **options)

    def tag(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """Tags the words of each text, and finds the spans that the tags mark.

        Args:
            texts: list of strings.

        Returns:
            A list with a dict for each text: `spans`, a list of `label`, `text`, `start` and `end`, in characters of
            the text, if the labels mark spans; `words`, a list of `word`, `tag`, `start` and `end`; and, if the model
            predicts intents, `label`, that of the text, and `probabilities`, intent -> number.

        Raises:
            UserError: the model has no tokenizer, or a text is not Unicode.
            ValueError: texts is one string, or not strings.
        """
        self.need_tokenizer()
        rows = batch_of_text(texts, "texts")
        if not len(rows):
            return []
        return tag_answers(
            self.ask(self.tag_strings, rows), rows.numpy().tolist(), labels=self.labels, intents=self.intents
        )


def _names(argument: str, given: Any) -> tuple[str, ...]:
    names = tuple(str(name) for name in given) if isinstance(given, (list, tuple)) else ()
    if len(names) < 2 or len(set(names)) < len(names):
        raise UserError(f"{argument} must be different names, at least two, not {str(given)[:200]}")
    return names
