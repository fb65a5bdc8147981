"""Softmax cross-entropy over a large vocabulary, compiled together with the projection onto it."""

import functools

import tensorflow as tf


def linear_cross_entropy(hidden, kernel, bias, targets, *, transposed=False, label_smoothing=0.0) -> tf.Tensor:
    """Computes -log softmax(hidden · kernel + bias)[target], one value per row.

    With 10,000 words this is most of a small model's step. XLA fuses the softmax, its gradient and the bias into the
    matrix products, and the backward pass starts from the exponentials that the forward pass kept. XLA compiles one
    program per shape, so only inputs whose number of rows is known when tracing are compiled: those of training and
    validation batches, but not requests of any length.

    Args:
        hidden: (N, D).
        kernel: (D, V), or (V, D) if `transposed`.
        bias: (V,), or None.
        targets: int (N,), each in [0, V).
        transposed: whether the kernel is the matrix of a token embedding.
        label_smoothing: ε, the probability that is spread over all V words (Szegedy et al. 2016,
            arXiv:1512.00567, section 7): -(1 - ε) log p(target) - ε/V Σ log p(word).

    Returns:
        float32 (N,), natural logarithm.

    Example:
        >>> linear_cross_entropy(tf.zeros((1, 2)), tf.zeros((2, 4)), tf.zeros(4), tf.constant([3])).numpy()
        array([1.3862944], dtype=float32)
    """
    targets = tf.cast(targets, tf.int32)
    smoothing = float(label_smoothing)
    static = hidden.shape[0] is not None
    forward = _compiled_forward if static else _forward
    logits_gradient = _compiled_logits_gradient if static else _logits_gradient

    @tf.custom_gradient
    def run(hidden, kernel, *bias):
        losses, exponentials, totals = forward(
            hidden, kernel, bias[0] if bias else None, targets, transposed, smoothing
        )

        def gradient(d_losses):
            d_logits, d_bias = logits_gradient(d_losses, exponentials, totals, targets, smoothing)
            # Outside of XLA, whose products of transposed matrices are slower on a CPU.
            d_hidden = tf.matmul(d_logits, kernel, transpose_b=not transposed)
            left, right = (d_logits, hidden) if transposed else (hidden, d_logits)
            return d_hidden, tf.matmul(left, right, transpose_a=True), *([d_bias] if bias else [])

        return losses, gradient

    # pyright does not know custom_gradient.
    return run(hidden, kernel, *([] if bias is None else [bias]))  # pyright: ignore[reportReturnType]


def _forward(hidden, kernel, bias, targets, transposed, smoothing):
    logits = tf.matmul(hidden, kernel, transpose_b=transposed)  # (N, V)
    logits = tf.cast(logits if bias is None else logits + bias, tf.float32)
    logits -= tf.stop_gradient(tf.reduce_max(logits, axis=-1, keepdims=True))
    exponentials = tf.exp(logits)
    totals = tf.reduce_sum(exponentials, axis=-1)  # (N,)
    chosen = tf.gather(logits, targets, batch_dims=1)
    if smoothing:
        chosen = (1 - smoothing) * chosen + smoothing * tf.reduce_mean(logits, axis=-1)
    # Probabilities are left unnormalised: one pass less over (N, V).
    return tf.math.log(totals) - chosen, tf.cast(exponentials, hidden.dtype), totals


def _logits_gradient(d_losses, exponentials, totals, targets, smoothing):
    """Returns the gradients of the logits (N, V) and of the bias (V,)."""
    here = tf.range(exponentials.shape[1])[tf.newaxis] == targets[:, tf.newaxis]
    scaled = exponentials * tf.cast(d_losses / totals, exponentials.dtype)[:, tf.newaxis]
    per_row = tf.cast(d_losses, exponentials.dtype)[:, tf.newaxis]
    if smoothing:
        scaled -= per_row * (smoothing / exponentials.shape[1])
    d_logits = tf.where(here, scaled - per_row * (1 - smoothing), scaled)
    return d_logits, tf.reduce_sum(d_logits, axis=0)


_compile = functools.partial(tf.function, jit_compile=True, autograph=False)
_compiled_forward = _compile(_forward)
_compiled_logits_gradient = _compile(_logits_gradient)
