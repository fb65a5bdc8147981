"""The perplexity of tokens that are masked one at a time."""

import math
from typing import ClassVar

from .metric import Metric, numbers, register_metric


@register_metric("pseudo_perplexity")
class PseudoPerplexity(Metric):
    """exp of the mean of -log p of every token given all others of its text (Salazar et al. 2020, arXiv:1910.14659).

    For masked models, by `langzoo evaluate`: each line of the files is a text, read as many times as it has tokens.
    """

    kinds = ("hidden_tokens",)
    reports: ClassVar = {"pseudo_perplexity": "min"}
    undefined = "without a token"

    def compute(self, predictions):
        """See `Metric.compute`."""
        count = sum(map(len, predictions.predictions))
        total = math.fsum(each for row in predictions.predictions for each in row)
        try:
            return numbers(pseudo_perplexity=math.exp(-total / count) if count else math.nan)
        except OverflowError:
            return numbers(pseudo_perplexity=math.inf)
