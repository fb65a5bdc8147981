"""A matrix in a loop whose gradient is computed after the loop."""

from typing import Any

import tensorflow as tf


class DeferredKernel:
    """Products with a matrix in a loop over time, whose gradient is one product of all steps.

    Automatic differentiation adds up a matrix at every step, rows_tᵀ · d_t, which for small batches takes longer than
    all else. Here the loop sees a constant matrix, and adds to each product the zeros of its step: their gradient is
    d_t, of all steps at once, and the matrix's is the sum of rowsᵀ · d over them.

    Args:
        kernel: (K, N).
        sizes: steps and rows of the loop, T and B; each an int or int scalar tensor.
        defer: whether to defer the gradient; False if none is needed.

    Attributes:
        zeros: (T, B, N), to be passed to the product of each step; None if nothing is deferred.
        rows: (T, B, K), what the loop multiplied at each step; to be set after the loop.
        rows_dim: K.

    Example:
        >>> kernel = tf.ones((3, 2))
        >>> with tf.GradientTape() as tape:
        ...     tape.watch(kernel)
        ...     product = DeferredKernel(kernel, [1, 4])
        ...     rows = tf.ones((4, 3))
        ...     outputs = product(rows, product.zeros[0])
        ...     product.rows = rows[tf.newaxis]
        >>> tape.gradient(outputs, kernel).numpy().tolist()
        [[4.0, 4.0], [4.0, 4.0], [4.0, 4.0]]
    """

    rows: Any = None
    zeros: Any = None

    def __init__(self, kernel, sizes, *, defer=True):
        self._kernel, self.rows_dim = kernel, kernel.shape[0]
        if not defer:
            return
        self._kernel, units = tf.stop_gradient(kernel), kernel.shape[1]

        @tf.custom_gradient
        def zeros(kernel):
            def gradient(d_products):
                rows = tf.reshape(self.rows, (-1, self.rows_dim))  # (T·B, K)
                return tf.matmul(rows, tf.reshape(d_products, (-1, units)), transpose_a=True)

            return tf.zeros((*sizes, units), kernel.dtype), gradient

        self.zeros = zeros(kernel)

    def __call__(self, rows, zeros=None):
        """One step's product, (B, N), plus its zeros; the gradient for `rows` is that of a product."""
        products = tf.matmul(rows, self._kernel)
        return products if zeros is None else products + zeros
