"""Conversion of Python token ids to a tensor."""

import reprlib

import numpy as np
import tensorflow as tf


def as_token_ids(token_ids) -> tf.Tensor | tf.RaggedTensor:
    """Converts ids of one text (T,) or of several, (B, T) or ragged (B, None), to int64.

    Args:
        token_ids: a tensor, an array or (nested) lists of integers.

    Raises:
        ValueError: token_ids are not integers, or of another rank.
    """
    if not tf.is_tensor(token_ids):
        if isinstance(token_ids, list | tuple) and any(np.ndim(row) for row in token_ids):
            token_ids = tf.ragged.constant([list(row) for row in token_ids], dtype=tf.int64, ragged_rank=1)
        elif isinstance(token_ids, list | tuple) and not token_ids:
            token_ids = tf.zeros([0], tf.int64)  # an empty list would become float32
        else:
            token_ids = tf.convert_to_tensor(token_ids)
    rank = token_ids.shape.rank
    allowed = (2,) if isinstance(token_ids, tf.RaggedTensor) else (1, 2)
    if not token_ids.dtype.is_integer or rank not in allowed:
        raise ValueError(
            f"token_ids must be integers of shape (T,), (B, T) or (B, None), got {reprlib.repr(token_ids)}"
        )
    return tf.cast(token_ids, tf.int64)
