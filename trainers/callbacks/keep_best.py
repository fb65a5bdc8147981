"""Keeping the best weights, and stopping when nothing gets better."""

from collections.abc import Callable

import keras

from ..check_finite import check_finite
from ..run_state import RunState


class KeepBest(keras.callbacks.Callback):
    """After each validation: writes the weights if they are the best so far, and stops after `patience` that are not.

    Without validation the last weights count as the best. What it knows lives in `RunState`, so it survives a kill.

    Args:
        state: of the run.
        save: writes the weights.
        patience: validations without improvement that end the run; 0 never does.
        remark: called with a line for people when the run is ended.
    """

    def __init__(
        self,
        state: RunState,
        *,
        save: Callable[[], None],
        patience: int,
        remark: Callable[[str], None] = lambda line: None,
    ):
        super().__init__()
        self.state = state
        self._save = save
        self._patience = patience
        self._remark = remark

    def on_epoch_end(self, epoch, logs=None):
        """Compares the validation that has just ended."""
        loss = (logs or {}).get("val_loss")
        if loss is not None and not loss < self.state.best_loss:
            self.state.bad_validations += 1
            if self._patience and self.state.bad_validations >= self._patience:
                self.state.stopped = True
                self._remark(
                    f"stopped early: no validation was better than that of step {self.state.best_step:,} "
                    f"(patience {self._patience})"
                )
                self.model.stop_training = True
            return
        self.state.best_step = self.state.step
        self.state.bad_validations = 0
        if loss is not None:
            self.state.best_loss = float(loss)
        check_finite(self.model, self.state.step)  # type: ignore[arg-type]
        self._save()
