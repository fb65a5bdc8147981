"""The mean absolute error."""

from typing import ClassVar

import numpy as np

from .metric import Metric, numbers, register_metric


@register_metric("absolute_error")
class AbsoluteError(Metric):
    """The mean absolute difference between predicted and correct numbers."""

    kinds = ("score",)
    reports: ClassVar = {"absolute_error": "min"}
    is_default = True

    def compute(self, predictions):
        """See `Metric.compute`."""
        return numbers(absolute_error=np.abs(predictions.predictions - predictions.references).mean(dtype=np.float64))
