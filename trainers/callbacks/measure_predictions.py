"""Metrics of validations that are not means over batches."""

from collections.abc import Callable, Mapping

import keras


class MeasurePredictions(keras.callbacks.Callback):
    """Adds the metrics of a pass over the validation set to Keras logs, with the prefix `val_`.

    Place it before callbacks that read the logs.

    Args:
        measured: function from the metrics of Keras' validation to the added ones, with the current weights.
    """

    def __init__(self, measured: Callable[[Mapping[str, float]], Mapping[str, float]]):
        super().__init__()
        self._measured = measured

    def on_epoch_end(self, epoch, logs=None):
        """Runs after Keras' own validation, whose metrics take precedence."""
        if logs is not None and "val_loss" in logs:
            known = {name.removeprefix("val_"): float(value) for name, value in logs.items() if name.startswith("val_")}
            for name, value in self._measured(known).items():
                logs.setdefault(f"val_{name}", value)
