"""The discounted gain of a ranking."""

from typing import ClassVar

import numpy as np

from .metric import register_metric
from .ranking_metric import DEPTH, RankingMetric


@register_metric("ndcg")
class NDCG(RankingMetric):
    """The discounted gain of the first ten documents, relative to the best possible (Jarvelin & Kekalainen 2002).

    The gain is the relevance itself and the discount log2(1 + rank), as in trec_eval.
    """

    reports: ClassVar = {"ndcg_at_10": "max"}

    def of_query(self, gains, relevant):
        """See `RankingMetric.of_query`."""
        discounts = 1 / np.log2(np.arange(2, DEPTH + 2))
        best = (relevant[:DEPTH] * discounts[: len(relevant)]).sum()
        return [(gains[:DEPTH] * discounts[: len(gains)]).sum() / best]
