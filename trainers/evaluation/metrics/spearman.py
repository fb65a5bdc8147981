"""Spearman's correlation of scores."""

from typing import ClassVar

from ..correlation import spearman
from .metric import Metric, register_metric


@register_metric("spearman")
class Spearman(Metric):
    """The correlation of the ranks of scores, -1 to 1 (scipy; GLUE's STS-B)."""

    kinds = ("score",)
    reports: ClassVar = {"spearman": "max"}
    is_default = True
    undefined = "where all scores, or all predictions, are the same"

    def compute(self, predictions):
        """See `Metric.compute`."""
        return {"spearman": spearman(predictions.references, predictions.predictions)}
