"""Packing texts, or pairs of texts, for an encoder."""

from typing import Any

import keras
import tensorflow as tf

from ..plain.text.packing_rule import (
    STYLES,
    kept_lengths,
    packing_style,
    parts_of_row,
    places_of_first_segment,
    room_for_texts,
)
from .as_text import as_text
from .tokenizer import Tokenizer


@keras.saving.register_keras_serializable(package="langzoo")
class SequencePacker(keras.layers.Layer):
    """Adds special tokens to texts, truncates them and pads the rows.

    `[CLS] a [SEP]`, or `[CLS] a [SEP] b [SEP]` for pairs (Devlin et al. 2018, "BERT", section 3); in RoBERTa's style
    `<s> a </s></s> b </s>`, all in segment 0. If a pair is too long, the longer text is truncated until both are
    equally long, then both, as with `truncation=True` of Hugging Face.

    Args:
        tokenizer: the tokenizer, whose separator, or end token if it has none, closes each text.
        max_length: the maximum number of tokens of a row, including special tokens; at least 4.
        style: `"bert"` or `"roberta"`; None for RoBERTa's with a byte-level BPE tokenizer, otherwise BERT's.
        **kwargs: as for every Keras layer.

    Raises:
        ValueError: an argument is out of range.

    Call arguments:
        first: strings (B,); eagerly also a list of them.
        second: strings (B,), or None.

    Returns:
        A dict, with T the length of the longest row: `token_ids` int32 (B, T), `padding_mask` bool (B, T), True for
        tokens, and `segment_ids` int32 (B, T), 1 for the second text and the separator after it.

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
        if isinstance(max_length, bool) or not isinstance(max_length, int) or max_length < 4:
            raise ValueError(f"max_length must be an integer of at least 4, got {max_length!r}")
        if style is None:
            style = packing_style(tokenizer.kind)
        if style not in STYLES:
            raise ValueError(f"style must be one of {', '.join(STYLES)}, got {style!r}")
        self.tokenizer = tokenizer
        self.max_length = max_length
        self.style = style
        self.built = True

    def __call__(self, first, second=None, **kwargs):
        """The same as `call`; eagerly also on Python strings."""
        # Before Keras sees them: it does not accept Python strings.
        texts = [first] if second is None else [first, second]
        texts = [text if isinstance(text, keras.KerasTensor) else as_text(text) for text in texts]
        return super().__call__(*texts, **kwargs)

    def call(self, first, second=None):
        """Packs texts; see the class."""
        room = room_for_texts(self.max_length, pair=second is not None, style=self.style)
        rows = self.tokenizer.tokenize(first)  # (B, None)
        start = tf.fill([rows.nrows(), 1], self.tokenizer.start_id)
        separator = tf.fill([rows.nrows(), 1], self.tokenizer.closing_id)
        others, num_first = None, None
        if second is None:
            rows = rows[:, :room]
        else:
            others = self.tokenizer.tokenize(second)
            lengths = rows.row_lengths(), others.row_lengths()
            kept = kept_lengths(*lengths, room, minimum=tf.minimum, maximum=tf.maximum)
            rows, others = _row_starts(rows, kept[0]), _row_starts(others, kept[1])
            num_first = places_of_first_segment(rows.row_lengths(), style=self.style)
        parts = parts_of_row(start, rows, others, separator, style=self.style)
        packed = tf.concat(parts, axis=1)  # (B, None)
        lengths = packed.row_lengths()
        places = tf.range(tf.reduce_max(tf.pad(lengths, [[0, 1]])))  # (T,); T is 0 if there are no rows
        mask = places < lengths[:, tf.newaxis]  # (B, T)
        segments = tf.zeros_like(mask) if num_first is None else mask & (places >= num_first[:, tf.newaxis])
        return {
            "token_ids": packed.to_tensor(self.tokenizer.padding_id),
            "padding_mask": mask,
            "segment_ids": tf.cast(segments, tf.int32),
        }

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, including the whole tokenizer."""
        return {
            **super().get_config(),
            "tokenizer": keras.saving.serialize_keras_object(self.tokenizer),
            "max_length": self.max_length,
            "style": self.style,
        }

    @classmethod
    def from_config(cls, config):
        """Creates the layer from the result of `get_config`."""
        return cls(**{**config, "tokenizer": keras.saving.deserialize_keras_object(config["tokenizer"])})


def _row_starts(rows: tf.RaggedTensor, lengths: tf.Tensor) -> tf.RaggedTensor:
    """Returns the first values of each row."""
    places = tf.ragged.range(rows.row_lengths())
    kept = places.with_flat_values(places.flat_values < tf.gather(lengths, rows.value_rowids()))
    return tf.ragged.boolean_mask(rows, kept)
