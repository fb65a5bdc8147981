"""The number of dimensions of a latent vector that carry information."""

from typing import ClassVar

from .metric import Metric, numbers, register_metric

LEAST_VARIANCE = 0.01


@register_metric("active_units")
class ActiveUnits(Metric):
    """The dimensions of z whose posterior means have a variance over 0.01 over all sentences (Burda et al. 2016).

    For latent-variable models; arXiv:1509.00519, section 5.3. It is at most Z.
    """

    kinds = ("latent",)
    reports: ClassVar = {"active_units": "max"}
    is_default = True

    def compute(self, predictions):
        """See `Metric.compute`."""
        variances = predictions.predictions.astype(float).var(axis=0)
        return numbers(active_units=(variances > LEAST_VARIANCE).sum())
