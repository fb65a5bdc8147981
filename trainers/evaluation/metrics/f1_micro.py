"""F1 over all labels together."""

from typing import ClassVar

from .metric import NOTHING, Metric, numbers, register_metric


@register_metric("f1_micro")
class F1Micro(Metric):
    """F1 of all decisions together (scikit-learn); with one label per text it is the accuracy."""

    kinds = ("label", "label_set")
    reports: ClassVar = {"f1_micro": "max"}
    is_default = False

    def compute(self, predictions):
        """See `Metric.compute`."""
        from sklearn.metrics import f1_score

        found = f1_score(predictions.references, predictions.best, average="micro", zero_division=NOTHING)
        return numbers(f1_micro=found)
