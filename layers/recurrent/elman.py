"""The simple recurrent layer."""

import keras
import tensorflow as tf

from .recurrence import recurrence
from .recurrent_layer import RecurrentLayer


@keras.saving.register_keras_serializable(package="langzoo")
class Elman(RecurrentLayer, keras.layers.SimpleRNN):
    """Keras' SimpleRNN with a faster loop: h_t = sigmoid(x_t W + h_{t-1} R + b).

    Elman 1990, "Finding structure in time"; with sigmoid units, the network of Mikolov et al. 2010.

    Args:
        units: hidden units, H.
        recurrent_dropout: share of h_{t-1} dropped, one mask for all steps (Gal & Ghahramani 2016).
        seed: seed of the recurrent dropout.
        activation: a name of Keras.
        **kwargs: those of `keras.layers.SimpleRNN`. `dropout` and `zero_output_for_mask` stay 0 and False.

    Call with `sequences` (B, T, D), `mask` (B, T), `initial_state` [h] of (B, H); returns the same as the base class.
    See `RecurrentLayer` for more.

    Raises:
        ValueError: an argument is given that must not be changed.

    Example:
        >>> Elman(4, return_sequences=True)(tf.zeros((2, 3, 5))).shape
        TensorShape([2, 3, 4])
    """

    def __init__(self, units, *, activation="sigmoid", **kwargs):
        super().__init__(units, activation=activation, **kwargs)

    def recur(self, projected, states, *, mask, dropout_mask, training):
        """See `RecurrentLayer`."""
        kernel = self.recurrent_kernel()

        def cell(inputs, h):
            return self.activation(inputs + tf.matmul(h if dropout_mask is None else h * dropout_mask, kernel))

        return recurrence(cell, projected, states[0], mask=mask)
