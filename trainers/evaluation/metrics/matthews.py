"""Matthews' correlation coefficient."""

from typing import ClassVar

from .metric import Metric, numbers, register_metric


@register_metric("matthews")
class Matthews(Metric):
    """Matthews' correlation of labels, -1 to 1 (scikit-learn; GLUE's CoLA); 0 if all predictions are the same label."""

    kinds = ("label",)
    reports: ClassVar = {"matthews": "max"}

    def compute(self, predictions):
        """See `Metric.compute`."""
        from sklearn.metrics import matthews_corrcoef

        return numbers(matthews=matthews_corrcoef(predictions.references, predictions.best))
