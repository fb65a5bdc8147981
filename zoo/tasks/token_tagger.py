"""Taggers: a tag for every word of a text."""

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
from .text_model import batch_of_text, strings_spec

HEADS = ("softmax", "crf")


@register_task("token_tagger")
@keras.saving.register_keras_serializable(package="langzoo")
class TokenTagger(EncoderModel):
    """A body and a tag for every word: named entities, parts of speech, slots.

    The first token of a word speaks for it (Devlin et al. 2018, section 5.3); in a causal body, an LSTM or a GPT, the
    last, which has seen the whole word. Words are tokenized one by one. A text that is longer than the model reads is
    tagged in several rows, see `packed_words`.

    Args:
        config: of a family with an encoder or a causal body.
        tokenizer: needed by `tag`.
        labels: names of the tags, in the order of the logits; in BIO ("O", "B-PER", "I-PER") they mark spans.
        head: "softmax", each word by itself; or "crf", the whole row at once with a score for each pair of neighbours
            (Lample et al. 2016, arXiv:1603.01360), in which "I-PER" never follows "O" or "B-LOC".
        words: how `tag` cuts a text into words, a name of `WORD_RULES`.
        **kwargs: `name`.

    Call with `inputs` `{"token_ids": (R, T), "word_places": (R, W), "num_words": (R,)[, "padding_mask"][,
    "segment_ids"]}`; returns `{"logits": float32 (R, W, C)}`.

    Raises:
        UserError: fewer than two labels, or the same twice; an unknown head or rule.

    Example:
        >>> import langzoo.zoo as zoo
        >>> model = zoo.create("roberta_tiny", task="token_tagger", options={"labels": ["O", "B-PER", "I-PER"]})
        >>> inputs = {"token_ids": [[0, 5, 6, 2]], "word_places": [[1, 2]], "num_words": [2]}
        >>> model({name: tf.constant(rows) for name, rows in inputs.items()})["logits"].shape
        TensorShape([1, 2, 3])
    """

    bodies = ("encoder", "causal")
    purpose = "gives every word of a text a tag, and says where named things stand in it"
    intended_use = "Finding names, slots or parts of speech in texts like those of its training data."
    example_call = 'tag(["the cat sat"])'

    def __init__(
        self,
        config: ModelConfig,
        *,
        tokenizer: Tokenizer | None = None,
        labels: Sequence[str] = ("O", "B-NAME", "I-NAME"),
        head: str = "softmax",
        words: str = "punctuation",
        **kwargs: Any,
    ):
        super().__init__(config, tokenizer=tokenizer, **kwargs)
        given, labels = labels, tuple(str(label) for label in labels) if isinstance(labels, (list, tuple)) else ()
        if len(labels) < 2 or len(set(labels)) < len(labels):
            raise UserError(f"labels must be different names, at least two, not {str(given)[:200]}")
        for name, value, known in (("head", head, HEADS), ("words", words, tuple(WORD_RULES))):
            if value not in known:
                raise UserError(f"{name} must be one of {', '.join(known)}, not {value!r}")
        self.labels = labels
        self.head_kind = head
        self.words = words
        dropout = getattr(config, "dropout", 0.0)
        self.head = ClassificationHead(
            len(labels),
            activation=None,
            dropout=dropout,
            kernel_initializer=self.backbone.initializer(),
            name="head",
        )
        self.head.build((None, self.backbone.hidden_dim))
        self.crf = LinearChainCRF(len(labels), name="crf") if head == "crf" else None
        after, first = (np.where(allowed, 0, HIDDEN) for allowed in allowed_transitions(labels))
        self._forbidden = after.astype(np.float32), first.astype(np.float32)
        self.built = True

    @classmethod
    def head_count(cls, config: ModelConfig, *, num_classes: int = 3, head: str = "softmax") -> int:
        """See `TextModel`."""
        if num_classes < 2:
            raise UserError(f"num_classes must be at least 2, not {num_classes}")
        chain = num_classes * (num_classes + 2) if head == "crf" else 0
        return count.dense(config.output_dim, num_classes) + chain

    @property
    def options(self) -> dict[str, Any]:
        """See `TextModel`."""
        return {"labels": list(self.labels), "head": self.head_kind, "words": self.words}

    def input_signature(self) -> dict[str, tf.TensorSpec]:
        """See `TextModel`."""
        return {
            **super().input_signature(),
            "word_places": tf.TensorSpec((None, None), tf.int32),
            "num_words": tf.TensorSpec((None,), tf.int32),
        }

    @property
    def reads_last_token(self) -> bool:
        """Whether a word's last token speaks for it."""
        return self.config.body == "causal"

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> dict[str, Any]:
        """See the class."""
        hidden = self.encode(inputs, training)["hidden_states"]  # (R, T, D)
        of_words = tf.gather(hidden, inputs["word_places"], batch_dims=1)  # (R, W, D)
        return {"logits": self.head(of_words, training=training)}

    def best_tags(self, logits: Any, num_words: Any) -> Any:
        """The tag of every word as its place among the labels, int32 (R, W); 0 after a row's words."""
        if self.crf is None:
            best = tf.argmax(logits, axis=-1, output_type=tf.int32)
            return tf.where(tf.sequence_mask(num_words, tf.shape(best)[1]), best, 0)
        after, first = self._forbidden
        start, transitions = self.crf.start + first, self.crf.transitions + after
        return best_labels(logits, num_words, transitions=transitions, start=start, end=self.crf.end)

    def tag_strings(self, texts: tf.Tensor) -> dict[str, Any]:
        """In a graph: strings (B,) -> words and their tags.

        Returns:
            `words` and `tags`, strings (B, W), `starts` and `limits`, int32 (B, W): where in the text a word begins and
            ends, in characters; and `lengths`, int32 (B,): how many words there are.
        """
        spans = self._graph("splitter", lambda: WordSplitter(self.words)).split(texts)
        tags = self._tags_of(spans.words)
        dense = {"words": spans.words, "tags": tags, "starts": spans.starts, "limits": spans.limits}
        lengths = tf.cast(spans.words.row_lengths(), tf.int32)
        return {**{name: rows.to_tensor() for name, rows in dense.items()}, "lengths": lengths}

    def _tags_of(self, words: tf.RaggedTensor) -> tf.RaggedTensor:
        """In a graph: words, ragged (B, None) -> their tags, strings."""
        tokenizer = self.need_tokenizer()
        make = lambda: WordPacker(tokenizer, max_length=self.packed_length, last=self.reads_last_token)  # noqa: E731
        inputs = self._graph("packer", make).pack(words).inputs
        best = self.best_tags(self(inputs)["logits"], inputs["num_words"])  # (R, W)
        of_words = tf.boolean_mask(best, tf.sequence_mask(inputs["num_words"], tf.shape(best)[1]))
        return words.with_flat_values(tf.gather(tf.constant(self.labels), of_words))

    def answer(self, texts: Sequence[str], pairs: Sequence[str] | None = None, **options: Any) -> list[dict[str, Any]]:
        """See `TextModel`; `tag`."""
        self.refuse_pairs(pairs)
        return self.tag(texts, **options)

    def tag(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """The words of each text with their tags, and the spans that the tags mark.

        Args:
            texts: list of strings.

        Returns:
            A list with a dict for each text: `spans`, a list of `label`, `text`, `start` and `end`, characters of the
            text, where the labels mark spans; and `words`, a list of `word`, `tag`, `start` and `end`.

        Raises:
            UserError: the model has no tokenizer, or a text is not Unicode.
            ValueError: texts is one string, or not strings.
        """
        self.need_tokenizer()
        rows = batch_of_text(texts, "texts")
        if not len(rows):
            return []
        graph = self._graph(
            "tag", lambda: tf.function(self.tag_strings, input_signature=[strings_spec()], autograph=False)
        )
        found = {name: out.numpy() for name, out in graph(rows).items()}
        return tag_answers(found, rows.numpy().tolist(), self.labels)
