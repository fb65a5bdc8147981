"""Keras logs as progress records: for the terminal, metrics.jsonl and TensorBoard."""

import math
import os
import time

import keras

from ..data.batch_source import BatchSource
from ..run_state import RunState
from .listener import Listener


class IntervalReport(keras.callbacks.Callback):
    """Turns Keras logs into records and passes them to listeners.

    Args:
        state: the state of the run.
        listeners: the listeners to notify.
        perplexity_of: name of the mean whose exponential is reported as the perplexity; None for none.
        tokens_per_byte: tokens per byte of the validation text, for its bits per byte; None if not defined.
        source: the source of the batches, whose tokens are counted.
        every: number of steps between two progress records.
        interval: number of steps between two validations.
    """

    def __init__(
        self,
        state: RunState,
        listeners: list[Listener],
        *,
        source: BatchSource,
        every: int,
        interval: int,
        perplexity_of: str | None = "loss",
        tokens_per_byte: float | None = None,
    ):
        super().__init__()
        self._perplexity_of = perplexity_of
        self._tokens_per_byte = tokens_per_byte
        self.state = state
        self._listeners = listeners
        self._source = source
        self._every = every
        self._interval = interval

    def on_epoch_begin(self, epoch, logs=None):
        """Starts the clocks of the interval."""
        self._begin = self._mark = self._now()
        self._end = None
        # The step up to which Keras' running means are summed, and for each figure its batches times its mean.
        self._summed = (self.state.step - self.state.step % self._interval, {}, {})
        # In the middle of the interval, whose sums are not known.
        self._resumed = self._summed[0] < self.state.step

    def on_train_batch_end(self, batch, logs=None):
        """Reports the mean over every `every` steps: the difference of two running means."""
        if self.state.step % self._every:
            return
        means = {name: float(mean) for name, mean in (logs or {}).items()}
        since, counts, totals = self._summed
        done = {name: counts.get(name, 0) + self._source.turns(name, since, self.state.step) for name in means}
        sums = {name: mean * done[name] if done[name] else 0.0 for name, mean in means.items()}
        self._summed = (self.state.step, done, sums)
        if self._resumed:  # The next difference is complete again.
            self._resumed = False
        else:
            new = {name: done[name] - counts.get(name, 0) for name in means}
            means = {name: (sums[name] - totals.get(name, 0.0)) / new[name] for name in means if new[name]}
        if losses := [mean for name, mean in means.items() if name.endswith(".loss")]:  # of the tasks that had batches
            means["loss"] = sum(losses) / len(losses)
        record = {"step": self.state.step, **self._values(means), **self._rate(self._mark)}
        self._mark = self._now()
        for listener in self._listeners:
            listener.progress(record)

    def on_epoch_end(self, epoch, logs=None):
        """Reports the whole interval, with its validation."""
        logs = {name: float(value) for name, value in (logs or {}).items()}
        validation = {name: value for name, value in logs.items() if name.startswith("val_")}
        record = {
            "step": self.state.step,
            "interval": epoch + 1,
            **self._values({name: value for name, value in logs.items() if name not in validation}),
            **self._rate(self._begin, until=self._end),
            # Of the whole interval, though this process may have resumed the run in its middle.
            **self._real_token_share((self.state.step - 1) // self._interval * self._interval, self.state.step),
            "seconds": round(self.state.seconds, 3),
        }
        record |= self._with_perplexity(validation, "val_")
        surprise = validation.get(f"val_{self._perplexity_of}")
        if surprise is not None and self._tokens_per_byte is not None:
            record["val_bits_per_byte"] = surprise * self._tokens_per_byte / math.log(2)
        for listener in self._listeners:
            listener.interval(record)

    def on_test_begin(self, logs=None):
        """Excludes validation from the training rate."""
        self._end = self._now()

    def _values(self, means):
        return {**self._with_perplexity(means), "learning_rate": float(self.model.optimizer.learning_rate)}

    def _with_perplexity(self, means, prefix=""):
        """The loss, the perplexity if there is one, and the other means."""
        of = f"{prefix}{self._perplexity_of}"
        derived = {f"{prefix}perplexity": perplexity(means[of])} if self._perplexity_of and of in means else {}
        loss = {name: mean for name, mean in means.items() if name == f"{prefix}loss"}
        return {**loss, **derived, **means}

    def _real_token_share(self, first, stop):
        """If batches are padded, the share of the positions of some steps that are tokens."""
        counted = self._source.tokens(first, stop)
        return {} if counted is None else {"real_token_share": counted[0] / max(counted[1], 1)}

    def _now(self):
        """The step, the wall-clock time, and the time on all cores that this process has had."""
        return self.state.step, time.monotonic(), time.process_time()

    def _rate(self, since, until=None):
        """Tokens per second, the share of the machine's cores that this process keeps busy, and `_real_token_share`."""
        step, clock, cores = until or self._now()
        source, seconds = self._source, max(clock - since[1], 1e-9)
        share = {"cpu_share": (cores - since[2]) / seconds / (os.cpu_count() or 1)}
        counted = source.tokens(since[0], step)
        if counted is None:
            return {"tokens_per_second": source.positions(since[0], step) / seconds, **share}
        return {"tokens_per_second": counted[0] / seconds, **share, **self._real_token_share(since[0], step)}


def perplexity(loss: float) -> float:
    """exp(loss), infinite where that is too large for a float."""
    return math.exp(loss) if loss < 709 else math.inf
