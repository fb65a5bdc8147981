"""The step of a run, and a check of its loss."""

import math
import time

import keras

from ...layers.plain.work_error import WorkError
from ..run_state import RunState


class StepClock(keras.callbacks.Callback):
    """Keeps `RunState.step` and `.seconds`; stops the run at the step whose loss is not finite.

    Place it first in the list of callbacks: the others read the state.

    Args:
        state: the state of the run.
        interval: number of steps between two validations, an epoch in Keras.
        metrics: values of the model's metrics at the start, for a run that is resumed in the middle of an interval.
    """

    def __init__(self, state: RunState, *, interval: int, metrics=None):
        super().__init__()
        self.state = state
        self._interval = interval
        self._metrics = metrics

    def on_epoch_begin(self, epoch, logs=None):
        """Restores the metrics of the interrupted interval, which Keras has just reset."""
        self._start = self.state.step
        self._seconds, self._time = self.state.seconds, time.monotonic()
        if self._metrics is not None:
            for variable, value in zip(self.model.metrics_variables, self._metrics, strict=True):
                variable.assign(value)
            self._metrics = None

    def on_train_batch_end(self, batch, logs=None):
        """Counts the step and checks its loss."""
        self.state.step = self._start + batch + 1
        self.state.seconds = self._seconds + time.monotonic() - self._time
        if not math.isfinite(float((logs or {})["loss"])):
            raise WorkError(
                f"the loss is not finite at step {self.state.step:,}; the checkpoint before it is kept. A lower "
                "optimizer.learning_rate or optimizer.clip_norm may help"
            )
