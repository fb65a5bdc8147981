"""Passing the results of validations to an optimizer."""

from typing import Any

import keras

from .interval_report import perplexity


class ObserveValidations(keras.callbacks.Callback):
    """Passes the monitored metric of each validation to an optimizer, as a loss: lower is better.

    Args:
        optimizer: an optimizer with a method `observe`.
        figure: the monitored metric, as named in Keras logs.
        direction: "min", or "max" for a metric of which higher is better.
        as_perplexity: whether to pass its exponential, so that margins are those of a perplexity.
    """

    def __init__(self, optimizer: Any, *, figure: str, direction: str = "min", as_perplexity: bool = False):
        super().__init__()
        self._optimizer = optimizer
        self._figure = figure
        self._sign = -1.0 if direction == "max" else 1.0
        self._as_perplexity = as_perplexity

    def on_epoch_end(self, epoch, logs=None):
        """Runs after a validation."""
        if logs and self._figure in logs:
            figure = float(logs[self._figure])
            self._optimizer.observe(self._sign * (perplexity(figure) if self._as_perplexity else figure))
