"""Windows of the last tokens at every position, as a pure tensor function."""

import tensorflow as tf


def last_tokens(token_ids, before, *, count, padding_mask=None):
    """Returns for every position of a text its token and those before it, in order.

    Args:
        token_ids: int32 (B, T).
        before: int32 (B, K), the result of `last_tokens` for the text so far: 1 + each token, 0 before any; None if
            there is none.
        count: number of preceding tokens, K.
        padding_mask: boolean (B, T), right-padded; None for none.

    Returns:
        windows int32 (B, T, K + 1), 1 + each token, 0 before any, the position's own last; and `before` after the text.

    Example:
        >>> windows, before = last_tokens(tf.constant([[5, 6, 7]]), None, count=1)
        >>> windows.numpy().tolist(), before.numpy().tolist()
        ([[[0, 6], [6, 7], [7, 8]]], [[8]])
    """
    length = tf.shape(token_ids)[1]
    if before is None:
        before = tf.zeros(tf.stack([tf.shape(token_ids)[0], count]), tf.int32)
    read = tf.concat([before, token_ids + 1], axis=1)  # (B, K + T)
    windows = tf.stack([read[:, place : place + length] for place in range(count + 1)], axis=-1)
    if padding_mask is None:
        return windows, read[:, length:]
    last = tf.reduce_sum(tf.cast(padding_mask, tf.int32), axis=-1, keepdims=True) + tf.range(count)  # (B, K)
    return windows, tf.gather(read, last, batch_dims=1)
