"""F1 of the positive label of two."""

from typing import ClassVar

from .metric import NOTHING, Metric, numbers, register_metric


@register_metric("f1")
class F1(Metric):
    """Precision, recall and F1 of the positive label, which is the second of two (scikit-learn; GLUE's MRPC and QQP).

    0 if no text is predicted positive, or none is positive.
    """

    kinds = ("label",)
    reports: ClassVar = {"f1": "max", "precision": "max", "recall": "max"}

    def misfit(self, labels):
        """See `Metric.misfit`."""
        if len(labels) != 2:
            return f"is for two labels, of which the second is the positive one, not for {len(labels)}: use f1_macro"
        return None

    def compute(self, predictions):
        """See `Metric.compute`."""
        from sklearn.metrics import precision_recall_fscore_support

        precision, recall, f1, _ = precision_recall_fscore_support(
            predictions.references, predictions.best, average="binary", zero_division=NOTHING
        )
        return numbers(f1=f1, precision=precision, recall=recall)
