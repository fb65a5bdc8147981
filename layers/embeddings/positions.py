"""The positions of the tokens of a batch."""

import tensorflow as tf


def positions(x, start_index=0):
    """Returns start_index + 0, 1, ..., T-1 for a sequence x of T steps.

    Args:
        x: (B, T, ...), of which only T is used.
        start_index: position of the first step: an int or int scalar tensor for the whole batch, or an int tensor (B,)
            with one for each sequence (cached decoding of prompts of several lengths).

    Returns:
        int32 (T,), or (B, T) for a start index of shape (B,).

    Raises:
        ValueError: if start_index is not an integer, or is neither a scalar nor of shape (B,).

    Example:
        >>> positions(tf.zeros((2, 3, 8)), tf.constant([0, 10])).numpy()
        array([[ 0,  1,  2],
               [10, 11, 12]], dtype=int32)
    """
    start = tf.convert_to_tensor(start_index)
    if not start.dtype.is_integer:
        raise ValueError(f"start_index must be an integer, not {start.dtype.name}")
    start = tf.cast(start, tf.int32)
    if start.shape.rank not in (0, 1):
        raise ValueError(f"start_index must be a scalar or of shape (B,), not of shape {start.shape}")
    length = tf.shape(x)[1] if x.shape[1] is None else x.shape[1]
    return tf.expand_dims(start, -1) + tf.range(length)
