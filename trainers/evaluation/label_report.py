"""Metrics by label. Importing this loads no TensorFlow."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ...layers.plain.tag_transitions import are_span_tags
from .metrics.span_f1 import span_counts
from .predictions import Predictions


@dataclass(frozen=True)
class _LabelFigures:
    """The metrics of one label.

    Attributes:
        label: its name; for tags that mark spans, the name of the spans.
        precision: the share of predictions of this label that are correct; NaN if it is never predicted.
        recall: the share of examples with this label that are predicted; NaN if there are none.
        f1: their harmonic mean, 0 if no prediction is correct; NaN if there are no predictions and no examples.
        support: the number of examples.
    """

    label: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class LabelReport:
    """The metrics of every label, and the confusion matrix.

    Attributes:
        rows: one per label, in the model's order.
        confusion: how often the correct label of a row was predicted as that of a column; None if a text has
            several labels, and for spans.

    Example:
        >>> found = Predictions("label", np.array([0, 1]), np.array([[0.9, 0.1], [0.6, 0.4]]), ("bad", "good"))
        >>> LabelReport.of(found).confusion
        [[1, 0], [1, 0]]
    """

    rows: Sequence[_LabelFigures]
    confusion: Sequence[Sequence[int]] | None = None

    @classmethod
    def of(cls, predictions: Predictions) -> "LabelReport | None":
        """Returns the report on predictions of labels, label sets or tags; None for other predictions."""
        labels = predictions.labels
        if predictions.kind == "label":
            return cls._of_places(predictions.references, predictions.best, labels)
        if predictions.kind == "label_set":
            expected, predicted = predictions.references > 0, predictions.best
            counts = (expected & predicted).sum(0).tolist(), predicted.sum(0).tolist(), expected.sum(0).tolist()
            return cls(_rows(labels, *counts))
        if predictions.kind != "tags":
            return None
        if are_span_tags(labels):
            counters = span_counts(predictions)
            names = sorted({label[2:] for label in labels if "-" in label})
            return cls(_rows(names, *([counter[name] for name in names] for counter in counters)))
        places = {label: place for place, label in enumerate(labels)}
        expected, predicted = (
            np.array([places[tag] for tags in rows for tag in tags])
            for rows in (predictions.references, predictions.predictions)
        )
        return cls._of_places(expected, predicted, labels)

    @classmethod
    def _of_places(cls, expected: np.ndarray, predicted: np.ndarray, labels: Sequence[str]) -> "LabelReport":
        from sklearn.metrics import confusion_matrix

        confusion = confusion_matrix(expected, predicted, labels=range(len(labels)))
        counts = confusion.diagonal().tolist(), confusion.sum(0).tolist(), confusion.sum(1).tolist()
        return cls(_rows(labels, *counts), confusion.tolist())

    def summary(self) -> dict[str, Any]:
        """The figures, as JSON data."""
        return {"labels": [asdict(row) for row in self.rows], "confusion": self.confusion}


def _rows(
    labels: Sequence[str], correct: Sequence[int], predicted: Sequence[int], expected: Sequence[int]
) -> list[_LabelFigures]:
    share = lambda part, whole: part / whole if whole else math.nan  # noqa: E731
    return [
        _LabelFigures(label, share(hit, guesses), share(hit, support), share(2 * hit, guesses + support), support)
        for label, hit, guesses, support in zip(labels, correct, predicted, expected, strict=True)
    ]
