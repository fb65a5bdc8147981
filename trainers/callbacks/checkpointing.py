"""Writing checkpoints during a run."""

from pathlib import Path

import keras

from ..check_finite import check_finite
from ..checkpoint import save_checkpoint
from ..run_state import RunState


class Checkpointing(keras.callbacks.Callback):
    """Writes the run's checkpoint every `every` steps and after each validation. Place it after callbacks that
    change the state.

    Args:
        state: the state of the run.
        directory: the run directory.
        every: number of steps between two checkpoints.
        interval: number of steps between two validations.
        chief: whether this process writes; the other workers only take part in gathering.
    """

    def __init__(self, state: RunState, *, directory: Path, every: int, interval: int, chief: bool):
        super().__init__()
        self.state = state
        self._directory = directory
        self._every = every
        self._interval = interval
        self._chief = chief

    def on_train_batch_end(self, batch, logs=None):
        """Writes every `every` steps; at the end of an interval only after validation, which a resume would miss."""
        if self.state.step % self._every == 0 and self.state.step % self._interval:
            self.save()

    def on_epoch_end(self, epoch, logs=None):
        """Writes after validation, best weights and early stopping have been settled."""
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
