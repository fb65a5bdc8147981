"""The area under the ROC curve."""

import math
from typing import ClassVar

import numpy as np

from .metric import Metric, numbers, register_metric


@register_metric("roc_auc")
class RocAuc(Metric):
    """The probability that a text with a label gets a higher score for it than one without (scikit-learn).

    With more than two labels, or label sets, the mean over each label against the rest.
    """

    kinds = ("label", "label_set")
    reports: ClassVar = {"roc_auc": "max"}
    undefined = "where a label has all texts or none"

    def compute(self, predictions):
        """See `Metric.compute`."""
        from sklearn.metrics import roc_auc_score

        right, found = predictions.references, predictions.predictions
        if predictions.kind == "label":
            right = np.eye(len(predictions.labels))[right]
            if len(predictions.labels) == 2:
                right, found = right[:, 1:], found[:, 1:]
        shares = right.mean(axis=0)
        if not ((shares > 0) & (shares < 1)).all():
            return {"roc_auc": math.nan}
        return numbers(roc_auc=roc_auc_score(right, found, average="macro"))
