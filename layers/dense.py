"""A dense layer."""

import keras
import tensorflow as tf

from .open_shape import shape_like


@keras.saving.register_keras_serializable(package="langzoo")
class Dense(keras.layers.Dense):
    """`keras.layers.Dense` as one product of (B·T, D), with the bias added after it.

    Keras multiplies (B, T, D) by `tf.tensordot`, which computes shapes at every call, in a dozen small operations. And
    a bias added directly to (B·T, units) is fused into the product, which for a single row takes longer than both.

    Call with `x` (..., D); returns (..., units). Arguments are those of `keras.layers.Dense`.

    Example:
        >>> Dense(4)(tf.zeros((2, 3, 8))).shape
        TensorShape([2, 3, 4])
    """

    def call(self, inputs, training=None):
        """See the class."""
        rows = tf.reshape(inputs, (-1, inputs.shape[-1]))  # (B·T, D)
        outputs = tf.reshape(tf.matmul(rows, self.kernel), shape_like(inputs, len(inputs.shape) - 1, self.units))
        if self.bias is not None:
            outputs = keras.ops.add(outputs, self.bias)
        return outputs if self.activation is None else self.activation(outputs)
