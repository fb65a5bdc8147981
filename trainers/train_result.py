"""The result of a training."""

import dataclasses
from pathlib import Path

from ..zoo.tasks import TextModel


@dataclasses.dataclass(frozen=True)
class TrainResult:
    """What came of a training.

    Attributes:
        run: the directory.
        steps: optimizer steps, of the whole run.
        tokens_per_second: of the last interval; 0 on workers that are not the chief, which know no figures.
        final_loss: of the last interval, nats per token; not a number on those workers.
        best_loss: of the best validation, or None.
        model: with the weights that the directory holds: the best ones if there was a validation.
    """

    run: Path
    steps: int
    tokens_per_second: float
    final_loss: float
    best_loss: float | None
    model: TextModel

    def summary(self) -> dict:
        """The numbers, as JSON holds them."""
        return {
            "run": str(self.run),
            "steps": self.steps,
            "tokens_per_second": self.tokens_per_second,
            "final_loss": self.final_loss,
            "best_validation_loss": self.best_loss,
        }
