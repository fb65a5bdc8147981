"""Shapes with sizes that are only known when the graph runs."""

import tensorflow as tf


def shape_like(x, leading, *sizes):
    """Returns the first `leading` sizes of x followed by `sizes`, for `tf.reshape`.

    It is a constant if at most one of them is unknown when tracing, since computing a shape takes a dozen operations.

    Example:
        >>> shape_like(tf.zeros((2, 3, 8)), 2, 4, 2)
        [2, 3, 4, 2]
    """
    known = [-1 if size is None else size for size in x.shape[:leading]]
    if known.count(-1) > 1:
        return tf.concat([tf.shape(x)[:leading], sizes], axis=0)
    return [*known, *sizes]
