"""What is told of a run: to people, to metrics.jsonl, to TensorBoard."""

import math
import time

import keras

from ..run_state import RunState
from .listener import Listener


class IntervalReport(keras.callbacks.Callback):
    """Turns Keras' logs into records and hands them to listeners.

    Args:
        state: of the run.
        listeners: who is told.
        tokens_per_step: of the whole batch.
        every: steps between two progress records.
        interval: steps between two validations.
    """

    def __init__(self, state: RunState, listeners: list[Listener], *, tokens_per_step: int, every: int, interval: int):
        super().__init__()
        self.state = state
        self._listeners = listeners
        self._tokens = tokens_per_step
        self._every = every
        self._interval = interval

    def on_epoch_begin(self, epoch, logs=None):
        """Starts the clocks of the interval."""
        self._begin = self._mark = (self.state.step, time.monotonic())
        self._end = None
        # Steps of this interval behind Keras' running mean; more than 0 after a resume in its middle.
        self._summed = (self.state.step % self._interval, 0.0)
        self._resumed = self._summed[0] > 0

    def on_train_batch_end(self, batch, logs=None):
        """Every so many steps, the mean over them: the difference of two running means."""
        if self.state.step % self._every:
            return
        mean = float((logs or {})["loss"])
        done = (self.state.step - 1) % self._interval + 1
        steps, total = self._summed
        self._summed = (done, mean * done)
        if self._resumed:  # The sum at the resume is not known; the next difference is whole again.
            self._resumed = False
            loss = mean
        else:
            loss = (mean * done - total) / max(done - steps, 1)
        record = {"step": self.state.step, **self._values(loss), "tokens_per_second": self._rate(self._mark)}
        self._mark = (self.state.step, time.monotonic())
        for listener in self._listeners:
            listener.progress(record)

    def on_epoch_end(self, epoch, logs=None):
        """The whole interval, with its validation."""
        logs = logs or {}
        record = {
            "step": self.state.step,
            "interval": epoch + 1,
            **self._values(float(logs["loss"])),
            "tokens_per_second": self._rate(self._begin, until=self._end),
            "seconds": round(self.state.seconds, 3),
        }
        if "val_loss" in logs:
            record |= {"val_loss": float(logs["val_loss"]), "val_perplexity": perplexity(float(logs["val_loss"]))}
        for listener in self._listeners:
            listener.interval(record)

    def on_test_begin(self, logs=None):
        """Validation does not count into the training rate."""
        self._end = (self.state.step, time.monotonic())

    def _values(self, loss):
        rate = self.model.optimizer.learning_rate
        return {"loss": loss, "perplexity": perplexity(loss), "learning_rate": float(rate)}

    def _rate(self, since, until=None):
        step, seconds = until or (self.state.step, time.monotonic())
        return (step - since[0]) * self._tokens / max(seconds - since[1], 1e-9)


def perplexity(loss: float) -> float:
    """exp(loss), infinite where that is too large for a float."""
    return math.exp(loss) if loss < 709 else math.inf
