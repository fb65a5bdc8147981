"""How well documents are ranked for queries."""

import math
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from .metric import Metric, numbers, register_metric

DEPTHS = (1, 10, 100)
DEPTH = 10


class _RankingMetric(Metric):
    """A mean over the queries that have a relevant document; others say nothing of a ranking."""

    kinds = ("ranking",)
    is_default = True
    undefined = "where no query has a relevant document"

    def of_query(self, gains: np.ndarray, relevant: np.ndarray) -> list[float]:
        """The figures of a query.

        Args:
            gains: relevance of the documents as they are ranked, 0 where a document is not relevant; float (K,).
            relevant: of all that are relevant, the highest first; float (R,).
        """
        raise NotImplementedError

    def compute(self, predictions):
        """See `Metric.compute`."""
        found = [
            self.of_query(*gains_of(right, scores))
            for right, scores in zip(predictions.references, predictions.predictions, strict=True)
            if any(gain > 0 for gain in right.values())
        ]
        means = np.mean(found, axis=0) if found else [math.nan] * len(self.reports)
        return numbers(**dict(zip(self.reports, means, strict=True)))


@register_metric("recall_at")
class RecallAt(_RankingMetric):
    """The share of the relevant documents that are among the first 1, 10 or 100."""

    reports: ClassVar = {f"recall_at_{depth}": "max" for depth in DEPTHS}

    def of_query(self, gains, relevant):
        """See the base."""
        return [(gains[:depth] > 0).sum() / len(relevant) for depth in DEPTHS]


@register_metric("mrr")
class MeanReciprocalRank(_RankingMetric):
    """The mean of 1 / rank of the first relevant document, 0 beyond the tenth (MS MARCO's MRR@10)."""

    reports: ClassVar = {"mrr_at_10": "max"}

    def of_query(self, gains, relevant):
        """See the base."""
        ranks = np.flatnonzero(gains[:DEPTH] > 0)
        return [1 / (1 + ranks[0]) if len(ranks) else 0.0]


@register_metric("ndcg")
class NDCG(_RankingMetric):
    """The discounted gain of the first ten documents, of the best possible one (Jarvelin & Kekalainen 2002).

    The gain is the relevance itself and the discount log2(1 + rank), as trec_eval has it.
    """

    reports: ClassVar = {"ndcg_at_10": "max"}

    def of_query(self, gains, relevant):
        """See the base."""
        discounts = 1 / np.log2(np.arange(2, DEPTH + 2))
        best = (relevant[:DEPTH] * discounts[: len(relevant)]).sum()
        return [(gains[:DEPTH] * discounts[: len(gains)]).sum() / best]


def gains_of(right: Mapping[object, float], scores: Mapping[object, float]) -> tuple[np.ndarray, np.ndarray]:
    """The relevance of the documents of a query by rank, and of all relevant ones; of equal scores the first is first.

    Example:
        >>> [gains.tolist() for gains in gains_of({"a": 1, "b": 2}, {"c": 0.3, "a": 0.9})]
        [[1.0, 0.0], [2.0, 1.0]]
    """
    ranked = sorted(scores, key=lambda document: -scores[document])
    gains = np.array([max(right.get(document, 0), 0) for document in ranked], np.float64)
    return gains, np.array(sorted((gain for gain in right.values() if gain > 0), reverse=True), np.float64)
