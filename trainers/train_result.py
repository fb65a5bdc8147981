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
    """The result of a training.

    Attributes:
        run: the run directory.
        steps: number of optimizer steps, over the whole run.
        tokens_per_second: speed in the last interval; 0 on workers that are not the chief, which have no metrics.
        final_loss: loss in the last interval, nats per token; NaN on those workers.
        best_loss: loss of the best validation, or None.
        model: the model, with the weights of the directory: the best ones if there was a validation.
        real_token_share: share of the positions in the last interval's batches that were tokens, not padding; None
            if batches are not padded.
        figures: metrics of those weights in validation, by name, NaN if undefined; none without validation.
        predictions: predictions of those weights for the validation set; None if the task is measured only by its loss.
        tasks: for a run of several tasks, the result of each: its head as `model`, its metrics and predictions.
        skipped: "--data" or "--valid" -> the records that were skipped, if any.
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
        """The figures, as JSON data."""
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
