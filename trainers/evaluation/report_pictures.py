"""Pictures of a confusion matrix and a reliability diagram."""

from typing import Any

import numpy as np

from ...zoo.picture import INK, LINES, PAPER, picture_of
from .label_report import LabelReport
from .metrics.calibration_error import BINS, reliability_bins
from .predictions import Predictions

BARS = "#2572b4"
MOST_LABELS = 60  # in a picture: with more it is unreadable
MOST_NUMBERS = 20  # labels up to which the cells show their numbers
LONGEST_NAME = 24


def draw_confusion(report: LabelReport) -> bytes | None:
    """Draws a confusion matrix, with the correct labels in rows and the predicted ones in columns.

    Shades are shares of a row.

    Returns:
        A PNG picture; None if there is no matrix, or one of over 60 labels.
    """
    if report.confusion is None or len(report.rows) > MOST_LABELS:
        return None
    counts = np.array(report.confusion)
    names = [_short(row.label) for row in report.rows]
    side = min(9.0, 2.2 + 0.35 * len(names))

    def draw(figure: Any) -> None:
        axes = figure.add_subplot()
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        axes.set_xticks(range(len(names)), names, rotation=90, parse_math=False)
        axes.set_yticks(range(len(names)), names, parse_math=False)
        axes.set(xlabel="predicted label", ylabel="true label")
        for (row, column), count in np.ndenumerate(counts) if len(names) <= MOST_NUMBERS else ():
            color = PAPER if shares[row, column] > 0.5 else INK
            axes.text(column, row, f"{count:,}", ha="center", va="center", color=color)

    return picture_of(draw, size=(side, side), text="".join(names))


def draw_reliability(predictions: Predictions) -> bytes | None:
    """Draws a reliability diagram: the accuracy by the probability of the predicted label (Guo et al. 2017).

    Returns:
        A PNG picture; None for predictions that are not labels.
    """
    if predictions.kind != "label":
        return None
    counts, _, accuracies = reliability_bins(predictions)
    middles = (np.arange(BINS) + 0.5) / BINS

    def draw(figure: Any) -> None:
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
        above.bar(middles, np.nan_to_num(accuracies), width=0.9 / BINS, color=BARS)
        above.plot([0, 1], [0, 1], color=INK, linewidth=0.8, linestyle="dashed")
        above.set(ylabel="share correct", xlim=(0, 1), ylim=(0, 1))
        below.bar(middles, counts, width=0.9 / BINS, color=LINES)
        below.set(xlabel="probability of the predicted label", ylabel="texts")

    return picture_of(draw, size=(4.5, 4.8))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 3]}..."
