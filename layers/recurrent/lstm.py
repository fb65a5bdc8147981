"""The LSTM layer."""

import contextlib
from typing import ClassVar

import keras

from ..dropout import Dropout
from .lstm_recurrence import lstm_recurrence
from .recurrent_layer import RecurrentLayer


@keras.saving.register_keras_serializable(package="langzoo")
class LSTM(RecurrentLayer, keras.layers.LSTM):
    """Keras' LSTM with a faster loop where cuDNN does not apply, whose gradient is its own (`lstm_recurrence`).

    Weight drop is DropConnect (Wan et al. 2013) on the recurrent kernel, one mask for all steps and texts of a call
    (Merity et al. 2018, arXiv:1708.02182, section 2). The kernel is masked once before the steps, which then cost the
    same as without it, both in cuDNN's kernel and in the loop.

    Args:
        units: hidden units, H.
        recurrent_dropout: share of h_{t-1} dropped, one mask for all steps (Gal & Ghahramani 2016). Above 0 cuDNN's
            kernel does not apply in training.
        weight_drop: share of the recurrent kernel that is dropped in training.
        seed: seed of both.
        **kwargs: those of `keras.layers.LSTM`. `activation`, `recurrent_activation`, `dropout` and
            `zero_output_for_mask` stay tanh, sigmoid, 0 and False.

    Call with `sequences` (B, T, D), `mask` (B, T), `initial_state` [h, c] of (B, H); returns what the base class does.
    See `RecurrentLayer` for more.

    Raises:
        ValueError: an argument is given that must not be changed.

    Example:
        >>> LSTM(4, return_sequences=True)(tf.zeros((2, 3, 5))).shape
        TensorShape([2, 3, 4])
    """

    fixed: ClassVar = {"activation": "tanh", "recurrent_activation": "sigmoid", **RecurrentLayer.fixed}
    cudnn = True
    num_states = 2

    def __init__(self, units, *, weight_drop=0.0, **kwargs):
        super().__init__(units, **kwargs)
        self.weight_drop = weight_drop
        # A layer that drops nothing would draw a seed all the same.
        dropout = {"seed": self.seed, "dtype": self.dtype_policy, "name": "weight_dropout"}
        self.weight_dropout = Dropout(weight_drop, **dropout) if weight_drop else None

    def inner_loop(self, sequences, initial_state, mask, training=False):
        """See `RecurrentLayer`."""
        if self.weight_dropout is None or not training:
            return super().inner_loop(sequences, initial_state, mask, training=training)
        kernel = self.weight_dropout(self.recurrent_kernel(), training=True)
        with _recurrent_kernel_of(self.cell, kernel):
            return super().inner_loop(sequences, initial_state, mask, training=training)

    def recur(self, projected, states, *, mask, dropout_mask, training):
        """See `RecurrentLayer`."""
        return lstm_recurrence(
            projected,
            self.recurrent_kernel(),
            *states,
            mask=mask,
            recurrent_dropout_mask=dropout_mask,
            for_gradient=training,
        )

    def get_config(self):
        """The constructor's arguments."""
        return {**super().get_config(), "weight_drop": self.weight_drop}


@contextlib.contextmanager
def _recurrent_kernel_of(cell, kernel):
    """Makes Keras' code, which reads the cell's variables, use a tensor in place of the recurrent kernel."""
    attributes = vars(cell)  # Keras tracks what is set in any other way
    variable = attributes["recurrent_kernel"]
    attributes["recurrent_kernel"] = kernel
    try:
        yield
    finally:
        attributes["recurrent_kernel"] = variable
