"""The share of relevant documents that are found."""

from typing import ClassVar

from .metric import register_metric
from .ranking_metric import RankingMetric

DEPTHS = (1, 10, 100)


@register_metric("recall_at")
class RecallAt(RankingMetric):
    """The share of the relevant documents that are among the first 1, 10 or 100."""

    reports: ClassVar = {f"recall_at_{depth}": "max" for depth in DEPTHS}

    def of_query(self, gains, relevant):
        """See `RankingMetric.of_query`."""
        return [(gains[:depth] > 0).sum() / len(relevant) for depth in DEPTHS]
