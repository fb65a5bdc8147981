"""Masks and what follows from lengths: pure functions. True means that a position counts."""

import tensorflow as tf


def length_mask(lengths, max_length=None):
    """True at the first `lengths[b]` positions of row b.

    Args:
        lengths: int (B,).
        max_length: T, an int or int scalar tensor; None is the largest of the lengths, which only the running graph
            knows.

    Returns:
        bool (B, T).

    Example:
        >>> length_mask(tf.constant([1, 3]), 3).numpy()
        array([[ True, False, False],
               [ True,  True,  True]])
    """
    return tf.sequence_mask(lengths, max_length)


def reverse_by_length(x, lengths):
    """Reverses the first `lengths[b]` steps of row b and leaves the padding behind them where it is; its own inverse.

    So that a recurrence that reads backwards begins at the last token and not in the padding.

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
