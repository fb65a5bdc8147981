"""The share of texts whose whole set of labels is correct."""

from typing import ClassVar

import numpy as np

from .metric import Metric, numbers, register_metric


@register_metric("exact_match")
class ExactMatch(Metric):
    """The share of texts for which exactly the correct labels are predicted."""

    kinds = ("label_set",)
    reports: ClassVar = {"exact_match": "max"}
    is_default = True

    def compute(self, predictions):
        """See `Metric.compute`."""
        return numbers(exact_match=np.mean((predictions.best == (predictions.references > 0)).all(axis=-1)))
