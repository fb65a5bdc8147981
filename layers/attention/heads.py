"""Splitting and joining attention heads."""

import tensorflow as tf

from ..open_shape import shape_like


def split_heads(x, num_heads):
    """Splits heads: (B, T, H·d) -> (B, H, T, d).

    Example:
        >>> split_heads(tf.zeros((2, 5, 12)), 3).shape
        TensorShape([2, 3, 5, 4])
    """
    return tf.transpose(tf.reshape(x, shape_like(x, 2, num_heads, x.shape[-1] // num_heads)), (0, 2, 1, 3))


def join_heads(x):
    """Joins heads: (B, H, T, d) -> (B, T, H·d).

    Example:
        >>> join_heads(tf.zeros((2, 3, 5, 4))).shape
        TensorShape([2, 5, 12])
    """
    width = x.shape[1] * x.shape[3]
    x = tf.transpose(x, (0, 2, 1, 3))  # (B, T, H, d)
    return tf.reshape(x, shape_like(x, 2, width))
