"""The result of a training."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from ..zoo.tasks import TextModel
from .data.skipped_records import SkippedRecords
from .evaluation.label_report import LabelReport
from .evaluation.predictions import Predictions


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
        real_token_share: of the positions of the last interval's batches, those that held tokens and no padding; None
            where batches are not padded.
        figures: of the validation of those weights, by name, NaN where one is not defined; none without validation.
        predictions: what those weights say of the validation set; None where a task is measured by its loss alone.
        tasks: of a run of several tasks, what came of each: its head as `model`, its figures and predictions.
        skipped: "--data" or "--valid" -> the records that were passed over, where there were any.
    """

    run: Path
    steps: int
    tokens_per_second: float
    final_loss: float
    best_loss: float | None
    model: TextModel
    real_token_share: float | None = None
    figures: Mapping[str, float] = dataclasses.field(default_factory=dict)
    predictions: Predictions | None = None
    tasks: "Mapping[str, TrainResult]" = dataclasses.field(default_factory=dict)
    skipped: Mapping[str, SkippedRecords] = dataclasses.field(default_factory=dict)

    def summary(self) -> dict:
        """The numbers, as JSON holds them."""
        return {
            "run": str(self.run),
            "steps": self.steps,
            "tokens_per_second": self.tokens_per_second,
            "final_loss": self.final_loss,
            "best_validation_loss": self.best_loss,
            "validation": self._validation(),
            **({"tasks": {name: each._validation() for name, each in self.tasks.items()}} if self.tasks else {}),
            "real_token_share": self.real_token_share,
            "skipped": {option: dataclasses.asdict(found) for option, found in self.skipped.items()},
        }

    def _validation(self) -> dict:
        report = None if self.predictions is None else LabelReport.of(self.predictions)
        return {**self.figures, **(report.summary() if report else {})}
