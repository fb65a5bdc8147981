"""Saving the best weights, and early stopping."""

import math
from collections.abc import Callable

import keras

from ..check_finite import check_finite
from ..run_state import RunState


class KeepBest(keras.callbacks.Callback):
    """Writes the weights of a validation if they are the best so far; stops after `patience` without improvement.

    Among equal validations the one with the lowest loss is the best, but patience counts it as no improvement: a rate
    over few examples stays the same while the model learns. Without validation the last weights count as the best. Its
    state is in `RunState`, so it survives a kill.

    Args:
        state: the state of the run.
        save: writes the weights.
        monitor: the monitored metric, as named in the records without "val_".
        direction: "min" or "max", which is the best.
        patience: number of validations without improvement that end the run; 0 for never.
        remark: called with a message when the run is ended.
    """

    def __init__(
        self,
        state: RunState,
        *,
        save: Callable[[], None],
        patience: int,
        monitor: str = "loss",
        direction: str = "min",
        remark: Callable[[str], None] = lambda line: None,
    ):
        super().__init__()
        self.state = state
        self._save = save
        self._patience = patience
        self._monitor = monitor
        self._sign = 1 if direction == "min" else -1
        self._remark = remark

    def on_epoch_end(self, epoch, logs=None):
        """Compares the latest validation with the best one."""
        logs = logs or {}
        value = float(logs[f"val_{self._monitor}"]) if "val_loss" in logs else None
        if value is not None and math.isnan(value) and self.state.best is None:
            value = None  # The metric is not defined yet, but weights must be saved.
        best = math.inf if self.state.best is None else self.state.best * self._sign
        equal = value is not None and value == self.state.best and self._is_lower(logs)
        if value is not None and not value * self._sign < best:
            self.state.bad_validations += 1
            if equal:
                self._keep(logs)
            if self._patience and self.state.bad_validations >= self._patience:
                self.state.stopped = True
                self._remark(
                    f"stopped early: no validation was better than that of step {self.state.best_step:,} "
                    f"(patience {self._patience})"
                )
                self.model.stop_training = True
            return
        self.state.bad_validations = 0
        if value is not None:
            self.state.best = value
        self._keep(logs)

    def _is_lower(self, logs) -> bool:
        return self.state.best_loss is not None and float(logs["val_loss"]) < self.state.best_loss

    def _keep(self, logs):
        self.state.best_step = self.state.step
        if "val_loss" in logs:
            self.state.best_loss = float(logs["val_loss"])
        check_finite(self.model, self.state.step)  # type: ignore[arg-type]
        self._save()
