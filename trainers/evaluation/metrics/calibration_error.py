"""The difference between probabilities and accuracies."""

from typing import ClassVar

import numpy as np

from .metric import Metric, numbers, register_metric

BINS = 15


@register_metric("calibration_error")
class CalibrationError(Metric):
    """The expected calibration error over 15 bins of equal width (Guo et al. 2017, arXiv:1706.04599, equation 3)."""

    kinds = ("label",)
    reports: ClassVar = {"calibration_error": "min"}
    is_default = True

    def compute(self, predictions):
        """See `Metric.compute`."""
        counts, confidences, accuracies = reliability_bins(predictions)
        gaps = np.abs(confidences - accuracies)[counts > 0]
        return numbers(calibration_error=(counts[counts > 0] * gaps).sum() / counts.sum())


def reliability_bins(predictions) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The texts in each bin ((m - 1) / 15, m / 15] of the probability of the predicted label.

    Returns:
        The number of texts, their mean probability and their accuracy, each (15,); NaN for empty bins.
    """
    confidence = predictions.predictions.max(axis=-1).astype(np.float64)
    right = predictions.best == predictions.references
    place = np.clip(np.ceil(confidence * BINS).astype(int) - 1, 0, BINS - 1)
    counts = np.bincount(place, minlength=BINS)
    with np.errstate(invalid="ignore"):
        confidences, accuracies = (
            np.bincount(place, weights=values, minlength=BINS) / counts for values in (confidence, right)
        )
    return counts, confidences, accuracies
