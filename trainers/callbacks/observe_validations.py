"""Telling an optimizer what came of validations."""

from typing import Any

import keras

from .interval_report import perplexity


class ObserveValidations(keras.callbacks.Callback):
    """Tells an optimizer each validation's figure, as a loss: lower is better.

    Args:
        optimizer: with a method `observe`.
        figure: what validations are judged by, as Keras' logs name it.
        direction: "min", or "max" of a figure that is better the higher it is.
        as_perplexity: tell its exponential, so that margins are those of a perplexity.
    """

    def __init__(self, optimizer: Any, *, figure: str, direction: str = "min", as_perplexity: bool = False):
        super().__init__()
        self._optimizer = optimizer
        self._figure = figure
        self._sign = -1.0 if direction == "max" else 1.0
        self._as_perplexity = as_perplexity

    def on_epoch_end(self, epoch, logs=None):
        """After a validation."""
        if logs and self._figure in logs:
            figure = float(logs[self._figure])
            self._optimizer.observe(self._sign * (perplexity(figure) if self._as_perplexity else figure))
