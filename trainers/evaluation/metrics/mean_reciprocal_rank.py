"""The rank of the first relevant document."""

from typing import ClassVar

import numpy as np

from .metric import register_metric
from .ranking_metric import DEPTH, RankingMetric


@register_metric("mrr")
class MeanReciprocalRank(RankingMetric):
    """The mean of 1 / rank of the first relevant document, 0 beyond the tenth (MS MARCO's MRR@10)."""

    reports: ClassVar = {"mrr_at_10": "max"}

    def of_query(self, gains, relevant):
        """See `RankingMetric.of_query`."""
        ranks = np.flatnonzero(gains[:DEPTH] > 0)
        return [1 / (1 + ranks[0]) if len(ranks) else 0.0]
