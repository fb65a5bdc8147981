"""Pooling a sequence to one vector."""

import tensorflow as tf


def first_token(hidden):
    """Returns the first token's vector, (B, T, D) -> (B, D).

    Example:
        >>> first_token(tf.constant([[[1.0], [2.0]]])).numpy()
        array([[1.]], dtype=float32)
    """
    return hidden[:, 0]


def last_token(hidden, padding_mask=None):
    """Returns the last token's vector, (B, T, D) -> (B, D).

    Args:
        hidden: (B, T, D).
        padding_mask: bool (B, T), True for tokens, which precede all padding; None if there is no padding.

    Example:
        >>> last_token(tf.constant([[[1.0], [2.0], [3.0]]]), tf.constant([[True, True, False]])).numpy()
        array([[2.]], dtype=float32)
    """
    if padding_mask is None:
        return hidden[:, -1]
    last = tf.reduce_sum(tf.cast(padding_mask, tf.int32), axis=1) - 1  # (B,)
    return tf.gather(hidden, tf.maximum(last, 0), batch_dims=1)


def both_ends(hidden, padding_mask=None):
    """Returns the final state of each direction of a bidirectional LSTM: the last token forwards, the first backwards.

    Args:
        hidden: (B, T, 2H), the forward half first.
        padding_mask: as in `last_token`.

    Returns:
        (B, 2H).

    Example:
        >>> both_ends(tf.constant([[[1.0, 5.0], [2.0, 6.0]]])).numpy()
        array([[2., 5.]], dtype=float32)
    """
    half = hidden.shape[-1] // 2
    return tf.concat([last_token(hidden[..., :half], padding_mask), hidden[:, 0, half:]], axis=-1)


def max_pooling(hidden, padding_mask=None):
    """Returns the maximum of each feature over all tokens except padding (Collobert et al. 2011, section 3.2.2).

    Args:
        hidden: (B, T, D).
        padding_mask: as in `last_token`.

    Returns:
        (B, D); zeros for a row without tokens.

    Example:
        >>> max_pooling(tf.constant([[[1.0], [3.0], [9.0]]]), tf.constant([[True, True, False]])).numpy()
        array([[3.]], dtype=float32)
    """
    if padding_mask is None:
        return tf.reduce_max(hidden, axis=1)
    pooled = tf.reduce_max(tf.where(padding_mask[..., tf.newaxis], hidden, hidden.dtype.min), axis=1)
    return tf.where(tf.reduce_any(padding_mask, axis=1, keepdims=True), pooled, tf.zeros_like(pooled))


def mean_pooling(hidden, padding_mask=None):
    """Returns the mean of the vectors of all tokens except padding (Reimers & Gurevych 2019, arXiv:1908.10084).

    Args:
        hidden: (B, T, D).
        padding_mask: bool (B, T), True for tokens that count; None counts all.

    Returns:
        (B, D); zeros for a row without a token.

    Example:
        >>> mean_pooling(tf.constant([[[1.0], [3.0], [9.0]]]), tf.constant([[True, True, False]])).numpy()
        array([[2.]], dtype=float32)
    """
    if padding_mask is None:
        return tf.reduce_mean(hidden, axis=1)
    counted = tf.cast(padding_mask, hidden.dtype)[..., tf.newaxis]  # (B, T, 1)
    return tf.math.divide_no_nan(tf.reduce_sum(hidden * counted, axis=1), tf.reduce_sum(counted, axis=1))


POOLINGS = {
    "tokens": lambda hidden, padding_mask=None: hidden,
    "first_token": lambda hidden, padding_mask=None: first_token(hidden),
    "last_token": last_token,
    "both_ends": both_ends,
    "mean": mean_pooling,
    "max": max_pooling,
}
"""Name -> `(hidden (B, T, D), padding_mask) -> (B, D)`; "attention", which has weights, is `AttentionPooler`, and
"tokens" passes all of them to a head that reads them itself."""
