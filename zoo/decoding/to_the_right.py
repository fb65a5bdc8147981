"""Right alignment of rows of unequal lengths."""

import tensorflow as tf


def to_the_right(token_ids, lengths):
    """Pads prompts on the left, so that continuations start in the same column for all.

    Args:
        token_ids: int (B, P), padded on the right.
        lengths: int (B,).

    Example:
        >>> to_the_right(tf.constant([[3, 0], [1, 2]]), tf.constant([1, 2])).numpy()[:, 1].tolist()
        [3, 2]
    """
    places = tf.range(tf.shape(token_ids)[1]) - (tf.shape(token_ids)[1] - lengths)[:, tf.newaxis]
    return tf.gather(token_ids, tf.maximum(places, 0), batch_dims=1)
