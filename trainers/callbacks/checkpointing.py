"""Writing checkpoints while a run goes on."""

from pathlib import Path

import keras

from ..check_finite import check_finite
from ..checkpoint import save_checkpoint
from ..run_state import RunState


class Checkpointing(keras.callbacks.Callback):
    """Writes the run's checkpoint every so many steps and after each validation. After those that
    change the state.

    Args:
        state: of the run.
        directory: of the run.
        every: steps.
        interval: steps between two validations.
        chief: whether this process writes; the other workers only take part in the gathering.
    """

    def __init__(self, state: RunState, *, directory: Path, every: int, interval: int, chief: bool):
        super().__init__()
        self.state = state
        self._directory = directory
        self._every = every
        self._interval = interval
        self._chief = chief

    def on_train_batch_end(self, batch, logs=None):
        """Every so many steps; at the end of an interval only after its validation, which a resume would miss."""
        if self.state.step % self._every == 0 and self.state.step % self._interval:
            self.save()

    def on_epoch_end(self, epoch, logs=None):
        """After validation, best weights and early stopping have been settled."""
        self.save()

    def save(self):
        """Writes the checkpoint now."""
        check_finite(self.model, self.state.step)  # type: ignore[arg-type]
        save_checkpoint(
            self.model,  # type: ignore[arg-type]
            self.state,
            self._directory,
            chief=self._chief,
        )
