"""What is measured of one head over its whole validation set."""

from typing import Any

from ...zoo.objective import Objective
from ..data.batch_source import BatchSource
from ..data.corpus import Corpus
from ..tasks import TaskTraining
from .gather_predictions import GatherPredictions
from .metrics import measure
from .predictions import Predictions


class HeadValidation:
    """The predictions of a head on its validation set, and the figures that are computed from all of them.

    Args:
        model: of the head.
        learning: how it learns.
        objective: what it learns.
        source: of batches that hold the set once.
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
        """Of the whole set with the weights as they are now; None where the loss alone is measured."""
        return None if self._predict is None else self._predict()

    def figures(self) -> dict[str, float]:
        """The metrics that were asked for, with the weights as they are now."""
        found = self.predictions() if self.asked else None
        return {} if found is None else measure(found, self.asked)
