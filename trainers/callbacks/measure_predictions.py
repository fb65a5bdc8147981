"""Metrics of validations that are no means over batches."""

from collections.abc import Callable, Mapping

import keras


class MeasurePredictions(keras.callbacks.Callback):
    """Adds the figures of a pass over the validation set to Keras' logs, as `val_` and their names.

    Before those that read the logs.

    Args:
        measured: from the figures of Keras' validation those that come to them, with the weights as they are now.
    """

    def __init__(self, measured: Callable[[Mapping[str, float]], Mapping[str, float]]):
        super().__init__()
        self._measured = measured

    def on_epoch_end(self, epoch, logs=None):
        """After Keras' own validation, whose figures go first."""
        if logs is not None and "val_loss" in logs:
            known = {name.removeprefix("val_"): float(value) for name, value in logs.items() if name.startswith("val_")}
            for name, value in self._measured(known).items():
                logs.setdefault(f"val_{name}", value)
