"""The negative log-likelihood of the labels."""

from typing import ClassVar

import numpy as np

from .metric import Metric, numbers, register_metric


@register_metric("log_loss")
class LogLoss(Metric):
    """The mean of -log p of the correct label, in nats per text (scikit-learn), without class weights or smoothing."""

    kinds = ("label",)
    reports: ClassVar = {"log_loss": "min"}

    def compute(self, predictions):
        """See `Metric.compute`."""
        from sklearn.metrics import log_loss

        shares = predictions.predictions.astype(np.float64)
        shares /= shares.sum(axis=-1, keepdims=True)  # float32 sums to 1 within its rounding
        return numbers(log_loss=log_loss(predictions.references, shares, labels=range(len(predictions.labels))))
