"""Shortening runs of characters that are unknown to a SentencePiece model."""

from typing import Any

import numpy as np
import tensorflow as tf

LONG = 2**16
"""The number of bytes of a text beyond which its runs are shortened."""

_ROW = 2**32  # more than the bytes of a text


class UnknownRuns(tf.Module):
    """Tokenizes text after shortening long runs of always unknown characters to one.

    Such a run is one unknown token in either case. The SentencePiece library assembles it character by character,
    and copies all of it each time: a megabyte takes minutes.

    Args:
        inert: bool (0x110000,), the always unknown characters.
    """

    def __init__(self, inert: np.ndarray):
        super().__init__()
        self._finds = bool(inert.any())
        self._takes_broken = bool(inert[0xFFFD])  # bytes that are not UTF-8 are read as this
        with tf.init_scope():
            # The boundaries between inert and other characters.
            self._changes = tf.constant(np.flatnonzero(np.diff(inert.astype(np.int8), prepend=0)), tf.int32)

    def tokenize(self, operation: Any, texts: tf.Tensor) -> tf.RaggedTensor:
        """Returns the ids of texts (N,).

        Args:
            operation: TensorFlow Text's tokenizer.
            texts: strings.
        """
        if not self._finds:
            return operation.tokenize(texts)
        return operation.tokenize(tf.cond(self._are_long(texts), lambda: self._shortened(texts)[0], lambda: texts))

    def tokenize_with_offsets(self, operation: Any, texts: tf.Tensor) -> tuple[tf.RaggedTensor, ...]:
        """Returns the ids of texts (N,), and the bytes at which each begins and ends."""
        if not self._finds:
            return operation.tokenize_with_offsets(texts)
        return tf.cond(
            self._are_long(texts),
            lambda: self._with_offsets(operation, texts),
            lambda: tuple(operation.tokenize_with_offsets(texts)),
        )

    def _with_offsets(self, operation, texts):
        short, places, origins = self._shortened(texts)
        pieces, *offsets = operation.tokenize_with_offsets(short)
        rows = tf.cast(pieces.value_rowids(), tf.int64) * _ROW

        def original(found):
            index = tf.searchsorted(places, rows + tf.cast(found.flat_values, tf.int64))
            return found.with_flat_values(tf.cast(tf.gather(origins, index), found.dtype))

        return pieces, *map(original, offsets)

    def _are_long(self, texts):
        return tf.reduce_any(tf.strings.length(texts) > LONG)

    def _shortened(self, texts):
        """Returns the shortened texts, and the new and the old position of each character left and of the ends."""
        codes, begins = tf.strings.unicode_decode_with_offsets(texts, "UTF-8", errors="replace")
        changed = tf.strings.length(texts) > LONG
        if not self._takes_broken:
            changed &= tf.strings.unicode_encode(codes, "UTF-8") == texts
        rows, inert = codes.value_rowids(), tf.searchsorted(self._changes, codes.flat_values, side="right") % 2 == 1
        again = tf.concat([[False], inert[:-1] & (rows[1:] == rows[:-1])], axis=0)[: tf.size(inert)]
        kept = codes.with_flat_values(~(inert & again & tf.gather(changed, rows)))
        codes, begins = tf.ragged.boolean_mask(codes, kept), tf.ragged.boolean_mask(begins, kept)
        short = tf.where(changed, tf.strings.unicode_encode(codes, "UTF-8"), texts)

        flat, rows = codes.flat_values, codes.value_rowids()
        widths = 1 + sum(tf.cast(flat >= bound, tf.int64) for bound in (0x80, 0x800, 0x10000))
        before = tf.cumsum(widths, exclusive=True)
        before -= tf.gather(before, tf.gather(codes.row_splits, rows))
        places = tf.where(tf.gather(changed, rows), before, begins.flat_values)
        ends, origins = (tf.cast(tf.strings.length(each), tf.int64)[:, tf.newaxis] for each in (short, texts))
        places = tf.concat([codes.with_flat_values(places), ends], axis=1)
        keys = places.flat_values + places.value_rowids() * _ROW
        return short, keys, tf.concat([begins, origins], axis=1).flat_values
