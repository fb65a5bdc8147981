"""Validating and keeping averaged weights."""

from typing import Any

import keras


class AverageWeights(keras.callbacks.Callback):
    """Puts the averages of an optimizer in the place of the weights while a validation, and what follows it, looks.

    It stands after whatever reads or keeps the weights of a validation, and before what writes checkpoints: those hold
    the weights that training goes on from.

    Args:
        optimizer: an `NTASGD`.
    """

    def __init__(self, optimizer: Any):
        super().__init__()
        self._optimizer = optimizer
        self._swapped = False

    def on_test_begin(self, logs=None):
        """The averages, if there are any."""
        if self._optimizer.has_averages and not self._swapped:
            self._optimizer.swap(self.model.trainable_variables)
            self._swapped = True

    def on_epoch_end(self, epoch, logs=None):
        """The weights again."""
        if self._swapped:
            self._optimizer.swap(self.model.trainable_variables)
            self._swapped = False
