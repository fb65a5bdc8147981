"""The accuracy."""

from typing import ClassVar

import numpy as np

from .metric import Metric, numbers, register_metric


@register_metric("accuracy")
class Accuracy(Metric):
    """The share of texts whose label is correct; for taggers, of words; for label sets, of single labels."""

    kinds = ("label", "label_set", "tags")
    reports: ClassVar = {"accuracy": "max"}
    is_default = True

    def compute(self, predictions):
        """See `Metric.compute`."""
        if predictions.kind == "tags":
            pairs = zip(predictions.references, predictions.predictions, strict=True)
            right = [own == found for row in pairs for own, found in zip(*row, strict=True)]
        else:
            right = predictions.best == predictions.references.astype(predictions.best.dtype)
        return numbers(accuracy=np.mean(right))
