"""An estimate of the remaining time of a run."""

import time
from collections.abc import Callable

import keras

from ..data.batch_source import BatchSource
from ..run_state import RunState

AFTER = 5.0
"""Seconds of steps over which the rate is measured, without the first step, in which graphs are compiled."""


class TimeLeft(keras.callbacks.Callback):
    """Prints once, after the first seconds, how long the remaining steps will take, if it is long enough.

    Args:
        state: the state of the run.
        source: the source of the batches, whose tokens are counted.
        total: number of steps of the run.
        remark: called with the message.
    """

    def __init__(self, state: RunState, *, source: BatchSource, total: int, remark: Callable[[str], None]):
        super().__init__()
        self.state = state
        self._source, self._total, self._remark = source, total, remark
        self._begin: tuple[int, float] | None = None
        self._printed = False

    def on_train_batch_end(self, batch, logs=None):
        """Measures the rate; prints the estimate once it is known well enough."""
        if self._printed:
            return
        now = time.monotonic()
        if self._begin is None:
            self._begin = (self.state.step, now)
            return
        step, began = self._begin
        if now - began < AFTER or self.state.step == step:
            return
        self._printed = True
        seconds = (now - began) / self._read(step, self.state.step) * self._read(self.state.step, self._total)
        if self.state.step < self._total:
            self._remark(
                f"about {time_in_words(seconds)} for the {self._total - self.state.step:,} steps that are left"
            )

    def on_epoch_end(self, epoch, logs=None):
        """Restarts the measurement: validations are excluded."""
        self._begin = None

    def _read(self, first: int, stop: int) -> int:
        """Number of positions in some steps, which take about the same time wherever they are."""
        return self._source.positions(first, stop)


def time_in_words(seconds: float) -> str:
    """Formats a time for display.

    Example:
        >>> [time_in_words(seconds) for seconds in (42, 200, 9000, 400000)]
        ['42 s', '3 min', '2 h 30 min', '4 days 15 h']
    """
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 100:
        return f"{minutes} min"
    hours = round(minutes / 60)
    if hours < 48:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{hours // 24:,} days {hours % 24} h"
