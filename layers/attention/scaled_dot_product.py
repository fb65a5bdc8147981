"""Scaled dot-product attention."""

import tensorflow as tf


def scaled_dot_product(queries, keys, values, *, scale, bias=None, past=None, drop=None):
    """softmax(scale · Q Kᵀ + bias) V (Vaswani et al. 2017, arXiv:1706.03762, equation 1), with grouped queries.

    Query head h attends to key head h // (H / K) (Ainslie et al. 2023, arXiv:2305.13245); K = H is multi-head and K = 1
    multi-query attention. Keys of earlier calls are attended to in place: nothing is concatenated to them.

    Args:
        queries: (B, H, T, d).
        keys: (B, K, T', d).
        values: (B, K, T', d).
        scale: factor of the scores, usually 1 / sqrt(d).
        bias: float32 that broadcasts to (B, H, T, S), S counting earlier keys first and then T'; None adds nothing.
        past: earlier keys and values, each (B, K, S - T', d), or None.
        drop: function to apply to the weights before the values are summed (dropout), or None.

    Returns:
        outputs (B, H, T, d) in the type of the queries, and weights float32 (B, H, T, S), each row summing to 1.

    Example:
        >>> x = tf.ones((1, 2, 3, 4))
        >>> outputs, weights = scaled_dot_product(x, x, x, scale=0.5)
        >>> outputs.shape, weights.numpy()[0, 0, 0].round(3)
        (TensorShape([1, 2, 3, 4]), array([0.333, 0.333, 0.333], dtype=float32))
    """
    heads, key_heads = queries.shape[1], keys.shape[1]
    shape = tf.shape(queries)
    groups = heads // key_heads
    # The queries of a group are stacked, so that a key head meets all of them in one product.
    grouped = queries if groups == 1 else tf.reshape(queries, (shape[0], key_heads, groups * shape[2], shape[3]))

    # The operation of `_one_query_product` does not support float16 on a CPU.
    product = _one_query_product if queries.shape[2] == 1 and queries.dtype == tf.float32 else tf.matmul

    def scores_of(keys):
        scaled = grouped * tf.cast(scale, grouped.dtype)
        if keys.shape[2] == 1:  # calling a matrix product takes longer than this
            scores = tf.reduce_sum(tf.cast(scaled, tf.float32) * tf.cast(keys, tf.float32), axis=-1, keepdims=True)
        else:
            scores = tf.cast(product(scaled, keys, transpose_b=True), tf.float32)  # (B, K, G·T, S)
        return scores if groups == 1 else tf.reshape(scores, (shape[0], heads, shape[2], tf.shape(keys)[2]))

    scores = scores_of(keys) if past is None else tf.concat([scores_of(past[0]), scores_of(keys)], axis=-1)
    weights = tf.nn.softmax(scores if bias is None else scores + bias)  # (B, H, T, S), float32 whatever the policy
    dropped = weights if drop is None else drop(weights)

    def outputs_of(weights, values):
        weights = tf.cast(weights, values.dtype)
        if groups > 1:
            weights = tf.reshape(weights, (shape[0], key_heads, groups * shape[2], tf.shape(values)[2]))
        return weights * values if values.shape[2] == 1 else product(weights, values)  # (B, K, G·T, d)

    if past is None:
        outputs = outputs_of(dropped, values)
    else:
        earlier, new = tf.split(dropped, [tf.shape(past[0])[2], tf.shape(keys)[2]], axis=-1)
        outputs = outputs_of(earlier, past[1]) + outputs_of(new, values)
    return (outputs if groups == 1 else tf.reshape(outputs, shape)), weights


def _one_query_product(x, y, *, transpose_b=False):
    """Computes x y for a single query, by an operation without oneDNN, whose set-up takes longer than this."""
    return tf.raw_ops.BatchMatMulV3(x=x, y=y, Tout=x.dtype, adj_y=transpose_b)
