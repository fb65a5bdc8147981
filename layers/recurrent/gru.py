"""The GRU layer."""

from typing import ClassVar

import keras
import tensorflow as tf

from .recurrence import recurrence
from .recurrent_layer import RecurrentLayer


@keras.saving.register_keras_serializable(package="langzoo")
class GRU(RecurrentLayer, keras.layers.GRU):
    """Keras' GRU with a faster loop where cuDNN does not apply.

    Cho et al. 2014, arXiv:1406.1078, with the reset gate after the product, as cuDNN and PyTorch have it. For each
    step, with x = projected_t and y = h_{t-1} R + b_R, both split into three:

        z = sigmoid(x_z + y_z);  r = sigmoid(x_r + y_r)
        h_t = z * h_{t-1} + (1 - z) * tanh(x_h + r * y_h)

    Args:
        units: hidden units, H.
        recurrent_dropout: share of h_{t-1} dropped in y, one mask for all steps (Gal & Ghahramani 2016).
        seed: seed of the recurrent dropout.
        **kwargs: those of `keras.layers.GRU`. `activation`, `recurrent_activation`, `dropout`, `reset_after` and
            `zero_output_for_mask` stay tanh, sigmoid, 0, True and False.

    Call with `sequences` (B, T, D), `mask` (B, T), `initial_state` [h] of (B, H); returns the same as the base class.
    See `RecurrentLayer` for more.

    Raises:
        ValueError: an argument is given that must not be changed.

    Example:
        >>> GRU(4, return_sequences=True)(tf.zeros((2, 3, 5))).shape
        TensorShape([2, 3, 4])
    """

    fixed: ClassVar = {
        "activation": "tanh",
        "recurrent_activation": "sigmoid",
        "reset_after": True,
        **RecurrentLayer.fixed,
    }
    cudnn = True

    def input_bias(self):
        """See `RecurrentLayer`; the other row is added to what h_{t-1} is multiplied to."""
        return None if self.cell.bias is None else tf.convert_to_tensor(self.cell.bias)[0]

    def recur(self, projected, states, *, mask, dropout_mask, training):
        """See `RecurrentLayer`."""
        kernel = self.recurrent_kernel()
        bias = None if self.cell.bias is None else tf.cast(tf.convert_to_tensor(self.cell.bias)[1], kernel.dtype)

        def cell(inputs, h):
            inner = tf.matmul(h if dropout_mask is None else h * dropout_mask, kernel)  # (B, 3H)
            inner = inner if bias is None else inner + bias
            x_z, x_r, x_h = tf.split(inputs, 3, axis=-1)
            y_z, y_r, y_h = tf.split(inner, 3, axis=-1)
            update = tf.sigmoid(x_z + y_z)
            return update * h + (1 - update) * tf.tanh(x_h + tf.sigmoid(x_r + y_r) * y_h)

        return recurrence(cell, projected, states[0], mask=mask)
