"""Runs of characters that a SentencePiece model does not know."""

from typing import Any

import numpy as np
import tensorflow as tf

LONG = 2**16
"""Bytes of a text beyond which its runs are shortened."""

_ROW = 2**32  # more than the bytes of a text


class UnknownRuns(tf.Module):
    """Cuts text into pieces, long runs of characters that are unknown wherever they stand being shortened to one.

    Such a run is one unknown token in either case. The SentencePiece library puts it together character by character,
    and copies all that it has each time: a megabyte takes it minutes.

    Args:
        inert: bool (0x110000,), which characters those are.
    """

    def __init__(self, inert: np.ndarray):
        super().__init__()
        self._finds = bool(inert.any())
        self._takes_broken = bool(inert[0xFFFD])  # as which bytes that are no UTF-8 are read
        with tf.init_scope():
            # Where characters begin to be inert, and where they end, in turns.
            self._changes = tf.constant(np.flatnonzero(np.diff(inert.astype(np.int8), prepend=0)), tf.int32)

    def tokenize(self, operation: Any, texts: tf.Tensor) -> tf.RaggedTensor:
        """The ids of texts (N,).

        Args:
            operation: TensorFlow Text's tokenizer.
            texts: strings.
        """
        if not self._finds:
            return operation.tokenize(texts)
        return operation.tokenize(tf.cond(self._are_long(texts), lambda: self._shortened(texts)[0], lambda: texts))

    def tokenize_with_offsets(self, operation: Any, texts: tf.Tensor) -> tuple[tf.RaggedTensor, ...]:
        """The ids of texts (N,), and the byte at which each begins and ends."""
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
        """The texts; and of all characters left in them, and of their ends, where they stand and where they stood."""
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
