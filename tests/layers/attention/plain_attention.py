"""Attention as loops over rows, heads and queries, in float64 NumPy."""

import numpy as np


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def attend(queries, keys, values, *, scale, bias=None):
    """(B, H, T, d), (B, K, S, d), (B, K, S, d) -> outputs (B, H, T, d) and weights (B, H, T, S)."""
    batch, heads, length, _ = queries.shape
    group = heads // keys.shape[1]
    outputs = np.zeros((*queries.shape[:3], values.shape[-1]))
    weights = np.zeros((batch, heads, length, keys.shape[2]))
    bias = np.zeros_like(weights) if bias is None else np.broadcast_to(bias, weights.shape)
    for b in range(batch):
        for h in range(heads):
            for t in range(length):
                scores = keys[b, h // group] @ queries[b, h, t] * scale + bias[b, h, t]
                weights[b, h, t] = softmax(scores)
                outputs[b, h, t] = weights[b, h, t] @ values[b, h // group]
    return outputs, weights
