"""Pearson's correlation of scores."""

from typing import ClassVar

from ..correlation import pearson
from .metric import Metric, register_metric


@register_metric("pearson")
class Pearson(Metric):
    """The linear correlation of scores, -1 to 1 (scipy; GLUE's STS-B)."""

    kinds = ("score",)
    reports: ClassVar = {"pearson": "max"}
    is_default = True
    undefined = "where all scores, or all predictions, are the same"

    def compute(self, predictions):
        """See `Metric.compute`."""
        return {"pearson": pearson(predictions.references, predictions.predictions)}
