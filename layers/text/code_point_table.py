"""A table of numbers for all Unicode code points, small enough for every export."""

import numpy as np
import tensorflow as tf

_BITS = 8


class CodePointTable:
    """Looks numbers up by code point, in two steps: most blocks of 256 code points are equal and are stored once.

    Args:
        values: int32 (N,), the number of every code point from 0 on; N may go beyond Unicode's 0x110000.

    Example:
        >>> table = CodePointTable(np.arange(0x110000) % 7)
        >>> table.lookup(tf.constant([6, 7, 0x10FFFF])).numpy().tolist() == [6, 0, 0x10FFFF % 7]
        True
    """

    def __init__(self, values: np.ndarray):
        size = 1 << _BITS
        blocks = np.pad(np.asarray(values, np.int32), (0, -len(values) % size)).reshape(-1, size)
        # Compared by their bytes: np.unique, which sorts them, takes fifty times as long.
        distinct: dict[bytes, int] = {}
        starts = [distinct.setdefault(block.tobytes(), len(distinct)) * size for block in blocks]
        with tf.init_scope():
            self._blocks = tf.constant(np.frombuffer(b"".join(distinct), np.int32))
            self._starts = tf.constant(starts, tf.int32)

    def lookup(self, code_points: tf.Tensor) -> tf.Tensor:
        """Returns the numbers of code points.

        Args:
            code_points: int32 (N,), in the table.

        Returns:
            int32 (N,).
        """
        starts = tf.gather(self._starts, tf.bitwise.right_shift(code_points, _BITS))
        return tf.gather(self._blocks, starts + tf.bitwise.bitwise_and(code_points, (1 << _BITS) - 1))
