"""The mean F1 of the labels."""

from typing import ClassVar

from .metric import NOTHING, Metric, numbers, register_metric


@register_metric("f1_macro")
class F1Macro(Metric):
    """The mean of the F1 of all labels (scikit-learn); labels that neither occur nor are predicted are ignored."""

    kinds = ("label", "label_set")
    reports: ClassVar = {"f1_macro": "max"}
    is_default = True

    def compute(self, predictions):
        """See `Metric.compute`."""
        from sklearn.metrics import f1_score

        found = f1_score(predictions.references, predictions.best, average="macro", zero_division=NOTHING)
        return numbers(f1_macro=found)
