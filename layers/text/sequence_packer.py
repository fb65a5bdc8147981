"""Texts, or pairs of texts, as an encoder wants them."""

from typing import Any

import keras
import tensorflow as tf

from .as_text import as_text
from .byte_level_bpe_tokenizer import ByteLevelBPETokenizer
from .tokenizer import Tokenizer

STYLES = ("bert", "roberta")


@keras.saving.register_keras_serializable(package="langzoo")
class SequencePacker(keras.layers.Layer):
    """Puts texts between special tokens, cuts them to length and fills the rows up.

    `[CLS] a [SEP]`, or `[CLS] a [SEP] b [SEP]` for pairs (Devlin et al. 2018, "BERT", section 3); in RoBERTa's style
    `<s> a </s></s> b </s>`, all in segment 0. Of a pair that is too long the longer text is cut until both are of one
    length, then both, as `truncation=True` of Hugging Face does.

    Args:
        tokenizer: one that has a separator.
        max_length: tokens of a row at most, special tokens included; at least 4.
        style: `"bert"` or `"roberta"`; None: RoBERTa's for a byte-level BPE tokenizer.
        **kwargs: as of every Keras layer.

    Raises:
        ValueError: the tokenizer has no separator, or an argument is out of range.

    Call arguments:
        first: strings (B,); eagerly also a list of them.
        second: strings (B,), or None.

    Returns:
        Of a call, T being the longest row's length: `token_ids` int32 (B, T), `padding_mask` bool (B, T), True where
        there is a token, and `segment_ids` int32 (B, T), 1 for the second text and the separator behind it.

    Example:
        >>> from langzoo.layers.text import WordPieceTokenizer
        >>> tokenizer = WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b"])
        >>> packed = SequencePacker(tokenizer, max_length=8)(["a a", "a"], ["b", "b"])
        >>> packed["token_ids"].numpy().tolist()
        [[2, 5, 5, 3, 6, 3], [2, 5, 3, 6, 3, 0]]
        >>> packed["segment_ids"].numpy().tolist()
        [[0, 0, 0, 0, 1, 1], [0, 0, 0, 1, 1, 0]]
    """

    def __init__(self, tokenizer: Tokenizer, *, max_length: int = 128, style: str | None = None, **kwargs):
        kwargs.setdefault("dtype", "int32")
        super().__init__(**kwargs)
        if tokenizer.separator_id is None:
            raise ValueError(f"tokenizer must have a separator token, got a {tokenizer.kind} tokenizer without one")
        if isinstance(max_length, bool) or not isinstance(max_length, int) or max_length < 4:
            raise ValueError(f"max_length must be an integer of at least 4, got {max_length!r}")
        if style is None:
            style = "roberta" if isinstance(tokenizer, ByteLevelBPETokenizer) else "bert"
        if style not in STYLES:
            raise ValueError(f"style must be one of {', '.join(STYLES)}, got {style!r}")
        self.tokenizer = tokenizer
        self.max_length = max_length
        self.style = style
        self.built = True

    def __call__(self, first, second=None, **kwargs):
        """As `call`; eagerly also on Python strings."""
        # Before Keras sees them: it takes no Python strings.
        texts = [first] if second is None else [first, second]
        texts = [text if isinstance(text, keras.KerasTensor) else as_text(text) for text in texts]
        return super().__call__(*texts, **kwargs)

    def call(self, first, second=None):
        """Packs texts; see the class."""
        between = 2 if self.style == "roberta" else 1
        room = self.max_length - (2 if second is None else 2 + between)
        rows = self.tokenizer.tokenize(first)  # (B, None)
        start = tf.fill([rows.nrows(), 1], self.tokenizer.start_id)
        separator = tf.fill([rows.nrows(), 1], self.tokenizer.separator_id)
        if second is None:
            parts = [start, rows[:, :room], separator]
            num_first = None
        else:
            others = self.tokenizer.tokenize(second)
            rows, others = _cut_longest_first(rows, others, room)
            parts = [start, rows, *[separator] * between, others, separator]
            num_first = rows.row_lengths() + 1 + between if self.style == "bert" else None
        packed = tf.concat(parts, axis=1)  # (B, None)
        lengths = packed.row_lengths()
        places = tf.range(tf.reduce_max(tf.pad(lengths, [[0, 1]])))  # (T,); of no rows at all T is 0
        mask = places < lengths[:, tf.newaxis]  # (B, T)
        segments = tf.zeros_like(mask) if num_first is None else mask & (places >= num_first[:, tf.newaxis])
        return {
            "token_ids": packed.to_tensor(self.tokenizer.padding_id),
            "padding_mask": mask,
            "segment_ids": tf.cast(segments, tf.int32),
        }

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, the whole tokenizer included."""
        return {
            **super().get_config(),
            "tokenizer": keras.saving.serialize_keras_object(self.tokenizer),
            "max_length": self.max_length,
            "style": self.style,
        }

    @classmethod
    def from_config(cls, config):
        """The layer that `get_config` describes."""
        return cls(**{**config, "tokenizer": keras.saving.deserialize_keras_object(config["tokenizer"])})


def _cut_longest_first(first: tf.RaggedTensor, second: tf.RaggedTensor, room: int):
    lengths = [first.row_lengths(), second.row_lengths()]
    short, long = tf.minimum(*lengths), tf.maximum(*lengths)
    half = tf.constant(room // 2, tf.int64)
    # Where the shorter one has its half or less, only the longer one is cut.
    both = short > half
    kept_short = tf.where(both, half, short)
    kept_long = tf.where(both, half + room % 2, room - short)
    fits = short + long <= room
    kept_short, kept_long = tf.where(fits, short, kept_short), tf.where(fits, long, kept_long)
    swapped = lengths[0] > lengths[1]
    return (
        _row_starts(first, tf.where(swapped, kept_long, kept_short)),
        _row_starts(second, tf.where(swapped, kept_short, kept_long)),
    )


def _row_starts(rows: tf.RaggedTensor, lengths: tf.Tensor) -> tf.RaggedTensor:
    """The first so many of each row."""
    places = tf.ragged.range(rows.row_lengths())
    kept = places.with_flat_values(places.flat_values < tf.gather(lengths, rows.value_rowids()))
    return tf.ragged.boolean_mask(rows, kept)
