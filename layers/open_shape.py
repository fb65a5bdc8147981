"""Shapes of which some sizes are known only when the graph runs."""

import tensorflow as tf


def shape_like(x, leading, *sizes):
    """The first `leading` sizes of x and then `sizes`, for `tf.reshape`.

    A constant where at most one of them is open when the graph is made: working a shape out takes a dozen operations.

    Example:
        >>> shape_like(tf.zeros((2, 3, 8)), 2, 4, 2)
        [2, 3, 4, 2]
    """
    known = [-1 if size is None else size for size in x.shape[:leading]]
    if known.count(-1) > 1:
        return tf.concat([tf.shape(x)[:leading], sizes], axis=0)
    return [*known, *sizes]
