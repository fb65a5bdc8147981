"""Validating and saving averaged weights."""

from typing import Any

import keras


class AverageWeights(keras.callbacks.Callback):
    """Replaces the weights by the averages of an optimizer, from a validation to the end of the interval.

    Place it before the callbacks that read or save the weights that are kept, and `after()` before those that write
    checkpoints, which contain the weights that training continues from.

    Args:
        optimizer: a `WeightAverages`.
    """

    def __init__(self, optimizer: Any):
        super().__init__()
        self._optimizer = optimizer
        self._swapped = False

    def after(self) -> keras.callbacks.Callback:
        """A callback that restores the weights."""
        return keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: self._set(averages=False))

    def on_test_begin(self, logs=None):
        """Sets the averages, if there are any."""
        self._set(averages=self._optimizer.has_averages)

    def on_epoch_end(self, epoch, logs=None):
        """Sets the averages, if there are any and there was no validation."""
        self._set(averages=self._optimizer.has_averages)

    def _set(self, *, averages: bool) -> None:
        if averages != self._swapped:
            self._optimizer.swap(self.model.trainable_variables)
            self._swapped = averages
