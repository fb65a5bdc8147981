"""Metrics of one head over its whole validation set."""

from typing import Any

from ...zoo.objective import Objective
from ..data.batch_source import BatchSource
from ..data.corpus import Corpus
from ..tasks import TaskTraining
from .gather_predictions import GatherPredictions
from .metrics import measure
from .predictions import Predictions


class HeadValidation:
    """The predictions of a head for its validation set, and the metrics that are computed from all of them.

    Args:
        model: the model of the head.
        learning: the training of its task.
        objective: the objective of the head.
        source: a source of batches that contain the set once.
        corpus: the set.
        asked: names of metrics that the objective does not report itself.

    Example:
        >>> HeadValidation(model, learning, objective, source, corpus, asked=["f1"]).figures()
        {'f1': 0.5}
    """

    def __init__(
        self,
        model: Any,
        learning: TaskTraining,
        objective: Objective,
        source: BatchSource,
        corpus: Corpus,
        *,
        asked: list[str],
    ):
        self.model, self.learning, self.asked = model, learning, asked
        observes = bool(objective.observed)
        self._predict = GatherPredictions(model, learning, objective, source, corpus) if observes else None

    def predictions(self) -> Predictions | None:
        """Predictions for the whole set with the current weights; None if only the loss is measured."""
        return None if self._predict is None else self._predict()

    def figures(self) -> dict[str, float]:
        """The requested metrics, with the current weights."""
        found = self.predictions() if self.asked else None
        return {} if found is None else measure(found, self.asked)
