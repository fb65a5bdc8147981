"""Softmax cross-entropy over a large vocabulary, compiled together with the projection onto it."""

import functools

import tensorflow as tf


def linear_cross_entropy(hidden, kernel, bias, targets, *, transposed=False) -> tf.Tensor:
    """-log softmax(hidden · kernel + bias)[target], one value a row.

    Over 10,000 words this is most of a small model's step. XLA fuses the softmax, its gradient and the bias into the
    matrix products, and the backward pass starts from the exponentials that the forward pass kept. XLA compiles one
    program a shape, so only inputs whose number of rows is known when tracing are compiled: training and validation
    batches are, requests of any length are not.

    Args:
        hidden: (N, D).
        kernel: (D, V), or (V, D) if `transposed`.
        bias: (V,), or None.
        targets: int (N,), each in [0, V).
        transposed: whether the kernel is the matrix of a token embedding.

    Returns:
        float32 (N,), natural logarithm.

    Example:
        >>> linear_cross_entropy(tf.zeros((1, 2)), tf.zeros((2, 4)), tf.zeros(4), tf.constant([3])).numpy()
        array([1.3862944], dtype=float32)
    """
    targets = tf.cast(targets, tf.int32)
    static = hidden.shape[0] is not None
    forward = _compiled_forward if static else _forward
    logits_gradient = _compiled_logits_gradient if static else _logits_gradient

    @tf.custom_gradient
    def run(hidden, kernel, *bias):
        losses, exponentials, totals = forward(hidden, kernel, bias[0] if bias else None, targets, transposed)

        def gradient(d_losses):
            d_logits, d_bias = logits_gradient(d_losses, exponentials, totals, targets)
            # Outside of XLA, whose products of transposed matrices are slower on a CPU.
            d_hidden = tf.matmul(d_logits, kernel, transpose_b=not transposed)
            left, right = (d_logits, hidden) if transposed else (hidden, d_logits)
            return d_hidden, tf.matmul(left, right, transpose_a=True), *([d_bias] if bias else [])

        return losses, gradient

    # pyright does not know custom_gradient.
    return run(hidden, kernel, *([] if bias is None else [bias]))  # pyright: ignore[reportReturnType]


def _forward(hidden, kernel, bias, targets, transposed):
    logits = tf.matmul(hidden, kernel, transpose_b=transposed)  # (N, V)
    logits = tf.cast(logits if bias is None else logits + bias, tf.float32)
    logits -= tf.stop_gradient(tf.reduce_max(logits, axis=-1, keepdims=True))
    exponentials = tf.exp(logits)
    totals = tf.reduce_sum(exponentials, axis=-1)  # (N,)
    chosen = tf.gather(logits, targets, batch_dims=1)
    # Probabilities are left undivided: one pass less over (N, V).
    return tf.math.log(totals) - chosen, tf.cast(exponentials, hidden.dtype), totals


def _logits_gradient(d_losses, exponentials, totals, targets):
    """Gradients of the logits (N, V) and of the bias (V,)."""
    here = tf.range(exponentials.shape[1])[tf.newaxis] == targets[:, tf.newaxis]
    scaled = exponentials * tf.cast(d_losses / totals, exponentials.dtype)[:, tf.newaxis]
    d_logits = tf.where(here, scaled - tf.cast(d_losses, exponentials.dtype)[:, tf.newaxis], scaled)
    return d_logits, tf.reduce_sum(d_logits, axis=0)


_compile = functools.partial(tf.function, jit_compile=True, autograph=False)
_compiled_forward = _compile(_forward)
_compiled_logits_gradient = _compile(_logits_gradient)
