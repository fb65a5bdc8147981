"""Validating and saving averaged weights."""

from typing import Any

import keras


class AverageWeights(keras.callbacks.Callback):
    """Replaces the weights by the averages of an optimizer during validation and the callbacks that follow it.

    Place it after callbacks that read or save the weights of a validation, and before those that write checkpoints,
    which contain the weights that training continues from.

    Args:
        optimizer: an `NTASGD`.
    """

    def __init__(self, optimizer: Any):
        super().__init__()
        self._optimizer = optimizer
        self._swapped = False

    def on_test_begin(self, logs=None):
        """Sets the averages, if there are any."""
        if self._optimizer.has_averages and not self._swapped:
            self._optimizer.swap(self.model.trainable_variables)
            self._swapped = True

    def on_epoch_end(self, epoch, logs=None):
        """Restores the weights."""
        if self._swapped:
            self._optimizer.swap(self.model.trainable_variables)
            self._swapped = False
