"""Special tokens that are written out in a text."""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from .special_tokens import check_special_tokens
from .unicode_classes import NUM_CODE_POINTS

INSIDE = -1
"""Stands in the place of every character of a special token but the first."""


class SpecialTokenFinder:
    """Finds special tokens in text and puts one number in the place of each.

    A token is found wherever it stands, inside a word too, as Hugging Face finds its `special=True` tokens.

    Args:
        tokens: the special tokens, at most 256, none of them a part of another or able to overlap with one.

    Raises:
        UserError: a token that is empty or holds white space, or two that can overlap.

    Example:
        >>> finder = SpecialTokenFinder(["[MASK]", "[SEP]"])
        >>> points = tf.strings.unicode_decode(["a[SEP]"], "UTF-8")
        >>> [hex(point) for point in finder.replace(points).numpy()]
        ['0x61', '0x110001', '-0x1', '-0x1', '-0x1', '-0x1']
    """

    def __init__(self, tokens: Sequence[str]):
        check_special_tokens(tokens)
        self._first = sorted({ord(token[0]) for token in tokens})
        self._width = max((len(token) for token in tokens), default=0)
        codes = np.full((len(tokens), self._width), INSIDE, np.int32)
        for row, token in enumerate(tokens):
            codes[row, : len(token)] = [ord(character) for character in token]
        with tf.init_scope():
            self._codes = tf.constant(codes)  # (S, W)
            self._lengths = tf.constant([len(token) for token in tokens], tf.int32)  # (S,)

    def replace(self, code_points: tf.RaggedTensor) -> tf.Tensor:
        """Puts 0x110000 plus its place in `tokens` for a token's first character and `INSIDE` for its others.

        Args:
            code_points: int32, ragged (B, None).

        Returns:
            int32 (N,), in the place of `code_points.flat_values`.
        """
        flat = code_points.flat_values
        if not self._first:
            return flat
        may_begin = flat == self._first[0]
        for first in self._first[1:]:
            may_begin |= flat == first
        places = tf.reshape(tf.where(may_begin), [-1])  # (C,)
        return tf.cond(tf.size(places) > 0, lambda: self._replaced(flat, places, code_points.row_splits), lambda: flat)

    def lengths(self, code_points: tf.Tensor) -> tf.Tensor:
        """How many characters of text each of what `replace` returned stands for: 1 for what is no special token."""
        if not self._first:
            return tf.ones_like(code_points)
        special = code_points >= NUM_CODE_POINTS
        lengths = tf.gather(self._lengths, tf.where(special, code_points - NUM_CODE_POINTS, 0))
        return tf.where(special, lengths, 1)

    def _replaced(self, flat: tf.Tensor, places: tf.Tensor, row_splits: tf.Tensor) -> tf.Tensor:
        # A token does not go on in the next row.
        limits = tf.gather(row_splits, tf.searchsorted(row_splits, places, side="right"))
        window = places[:, tf.newaxis] + tf.range(self._width, dtype=tf.int64)  # (C, W)
        seen = tf.gather(flat, tf.minimum(window, tf.size(flat, tf.int64) - 1))
        seen = tf.where(window < limits[:, tf.newaxis], seen, INSIDE - 1)
        same = (seen[:, tf.newaxis] == self._codes) | (self._codes == INSIDE)  # (C, S, W)
        found = tf.reduce_all(same, axis=-1)  # (C, S)
        hit = tf.where(found)  # (H, 2)
        starts = tf.gather(places, hit[:, 0])
        special = tf.cast(hit[:, 1], tf.int32)
        last = starts + tf.cast(tf.gather(self._lengths, special), tf.int64)
        flat = tf.tensor_scatter_nd_update(
            flat,
            tf.ragged.range(starts, last).flat_values[:, tf.newaxis],
            tf.fill([tf.reduce_sum(last - starts)], INSIDE),
        )
        return tf.tensor_scatter_nd_update(flat, starts[:, tf.newaxis], special + NUM_CODE_POINTS)
