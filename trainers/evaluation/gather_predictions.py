"""Predictions for a whole evaluation set."""

from typing import Any

import tensorflow as tf

from ...zoo.objective import Objective
from ...zoo.tasks import TextModel
from ..data.batch_source import BatchSource
from ..data.corpus import Corpus
from ..tasks import TaskTraining
from .gathered_rows import GatheredRows
from .predictions import Predictions


class GatherPredictions:
    """One pass over the batches of a source, with the predictions returned in the order of the files.

    Every process reads the whole set with its own copy of the weights, so that all of them get the same result.

    Args:
        model: the model.
        learning: the training of its task, with the model's options.
        objective: the objective, which observes the predictions.
        source: a source of batches that contain everything once.
        corpus: the corpus of the batches.

    Example:
        >>> GatherPredictions(model, learning, objective, source, corpus)().kind
        'label'
    """

    def __init__(
        self, model: TextModel, learning: TaskTraining, objective: Objective, source: BatchSource, corpus: Corpus
    ):
        self._learning, self._source, self._corpus = learning, source, corpus

        def observe(batch: dict[str, Any]) -> dict[str, Any]:
            batch = objective.prepare(batch, training=False)
            state = objective.initial_state(model, training=False)
            return objective.terms_and_observed(model, batch, state, training=False)[1]

        spec = source.dataset().element_spec  # one trace for all lengths
        self._observe = tf.function(observe, autograph=False, input_signature=[spec])

    def __call__(self) -> Predictions:
        """Returns the predictions with the current weights."""
        rows = GatheredRows(self._source)
        for step, batch in enumerate(self._source.dataset()):
            rows.add(step, self._observe(batch))
        return self._learning.predictions(rows.in_order(), self._corpus)
