"""The mean F1 of the labels, weighted by their frequency."""

from typing import ClassVar

from .metric import NOTHING, Metric, numbers, register_metric


@register_metric("f1_weighted")
class F1Weighted(Metric):
    """The mean of the F1 of all labels, weighted by their frequency (scikit-learn)."""

    kinds = ("label", "label_set")
    reports: ClassVar = {"f1_weighted": "max"}
    is_default = False

    def compute(self, predictions):
        """See `Metric.compute`."""
        from sklearn.metrics import f1_score

        found = f1_score(predictions.references, predictions.best, average="weighted", zero_division=NOTHING)
        return numbers(f1_weighted=found)
