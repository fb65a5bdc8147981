"""The base class of metrics of rankings."""

import abc
import math
from collections.abc import Mapping

import numpy as np

from .metric import Metric, numbers

DEPTH = 10


class RankingMetric(Metric):
    """A mean over the queries that have a relevant document; others are ignored."""

    kinds = ("ranking",)
    is_default = True
    undefined = "where no query has a relevant document"

    @abc.abstractmethod
    def of_query(self, gains: np.ndarray, relevant: np.ndarray) -> list[float]:
        """The figures of a query.

        Args:
            gains: relevance of the documents in ranked order, 0 for documents that are not relevant; float (K,).
            relevant: relevance of all relevant documents, the highest first; float (R,).
        """

    def compute(self, predictions):
        """See `Metric.compute`."""
        found = [
            self.of_query(*gains_of(right, scores))
            for right, scores in zip(predictions.references, predictions.predictions, strict=True)
            if any(gain > 0 for gain in right.values())
        ]
        means = np.mean(found, axis=0) if found else [math.nan] * len(self.reports)
        return numbers(**dict(zip(self.reports, means, strict=True)))


def gains_of(right: Mapping[object, float], scores: Mapping[object, float]) -> tuple[np.ndarray, np.ndarray]:
    """The relevance of the documents of a query by rank, and of all relevant ones; ties keep their order.

    Example:
        >>> [gains.tolist() for gains in gains_of({"a": 1, "b": 2}, {"c": 0.3, "a": 0.9})]
        [[1.0, 0.0], [2.0, 1.0]]
    """
    ranked = sorted(scores, key=lambda document: -scores[document])
    gains = np.array([max(right.get(document, 0), 0) for document in ranked], np.float64)
    return gains, np.array(sorted((gain for gain in right.values() if gain > 0), reverse=True), np.float64)
