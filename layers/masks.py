"""Masks and related functions of lengths. True means that a position counts."""

import tensorflow as tf

HIDDEN = -1e9  # exp(HIDDEN) is exactly 0 in every float type, and sums with it stay finite


def length_mask(lengths, max_length=None):
    """Returns True at the first `lengths[b]` positions of row b.

    Args:
        lengths: int (B,).
        max_length: T, an int or int scalar tensor; None for the maximum of the lengths, which is only known to the
            running graph.

    Returns:
        bool (B, T).

    Example:
        >>> length_mask(tf.constant([1, 3]), 3).numpy()
        array([[ True, False, False],
               [ True,  True,  True]])
    """
    return tf.sequence_mask(lengths, max_length)


def reverse_by_length(x, lengths):
    """Reverses the first `lengths[b]` steps of row b and leaves the padding after them unchanged; its own inverse.

    With this, a recurrence that reads backwards begins at the last token and not in the padding.

    Args:
        x: (B, T, ...), of any dtype.
        lengths: int (B,), each in [0, T].

    Returns:
        The shape and dtype of x.

    Example:
        >>> reverse_by_length(tf.constant([[1, 2, 3, 0], [4, 5, 6, 7]]), tf.constant([3, 4])).numpy()
        array([[3, 2, 1, 0],
               [7, 6, 5, 4]], dtype=int32)
    """
    return tf.reverse_sequence(x, lengths, seq_axis=1, batch_axis=0)


def causal_mask(query_positions, key_positions, *, window=None):
    """Returns True where a query may see a key: at its own position and before it.

    Args:
        query_positions: int (..., T).
        key_positions: int (..., S), of the same rank.
        window: number of positions that a query sees, including its own (sliding window, Beltagy et al. 2020,
            arXiv:2004.05150, section 3.1); None for all.

    Returns:
        bool (..., T, S).

    Example:
        >>> causal_mask(tf.range(3), tf.range(3), window=2).numpy().astype(int)
        array([[1, 0, 0],
               [1, 1, 0],
               [0, 1, 1]])
    """
    distance = query_positions[..., :, tf.newaxis] - key_positions[..., tf.newaxis, :]  # (..., T, S)
    seen = distance >= 0
    return seen if window is None else seen & (distance < window)


def attention_bias(mask):
    """Returns the bias of attention scores that hides keys outside the mask: 0, or a number whose exponential is 0.

    The number is finite: a row that sees nothing (padding) then gives some average, where -inf would give NaN, which
    would spread through gradients.

    Args:
        mask: bool, any shape.

    Returns:
        float32 of that shape.

    Example:
        >>> attention_bias(tf.constant([True, False])).numpy()
        array([ 0.e+00, -1.e+09], dtype=float32)
    """
    return tf.where(mask, 0.0, HIDDEN)


def padding_bias(padding_mask):
    """Returns the `attention_bias` of a batch whose queries see every token that is not padding, in both directions.

    Args:
        padding_mask: bool (B, S), or None if nothing is padded.

    Returns:
        float32 (B, 1, 1, S), or None.

    Example:
        >>> padding_bias(tf.constant([[True, False]])).shape
        TensorShape([1, 1, 1, 2])
    """
    return None if padding_mask is None else attention_bias(padding_mask[:, tf.newaxis, tf.newaxis, :])
