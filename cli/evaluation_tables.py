"""Tables of the figures of an evaluation."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.table import Table

from .console import output, plain_table
from .printable_text import printable_text

if TYPE_CHECKING:
    from ..trainers.evaluation import Predictions
    from ..trainers.evaluation.label_report import LabelReport

MOST_COLUMNS = 20  # of a confusion matrix: more do not fit a page
LONGEST_TEXT = 300  # characters of an example


def figure_text(name: str, value: float, predictions: "Predictions | None", interval: Any = None) -> str:
    """Formats a figure with its interval, or says why it is not defined.

    Args:
        name: Name of the figure.
        value: Its value; NaN if it is not defined.
        predictions: The predictions it was computed from.
        interval: The lower and upper end of its 95 % interval, or None.
    """
    if math.isnan(value):
        from ..trainers.evaluation.metrics.measure import why_undefined

        return f"not defined {why_undefined(name, predictions.kind if predictions else '')}".strip()
    if interval is None or any(math.isnan(end) for end in interval):
        return f"{value:.6f}"
    return f"{value:.6f}  (95 %: {interval[0]:.4f} to {interval[1]:.4f})"


def print_report(report: "LabelReport") -> None:
    """Prints the table of labels and the confusion matrix."""
    console = output()
    table = figures_table("label", "precision", "recall", "F1", "support")
    for row in report.rows:
        shares = ("-" if math.isnan(each) else f"{each:.4f}" for each in (row.precision, row.recall, row.f1))
        table.add_row(printable_text(row.label), *shares, f"{row.support:,}")
    console.print(table)
    if report.confusion is None:
        return
    if len(report.rows) > MOST_COLUMNS:
        console.print(f"the confusion matrix of {len(report.rows)} labels is shown with --json")
        return
    names = [printable_text(row.label) for row in report.rows]
    matrix = figures_table("true, predicted as", *names)
    for name, counts in zip(names, report.confusion, strict=True):
        matrix.add_row(name, *(f"{count:,}" for count in counts))
    console.print()
    console.print(matrix)


def print_worst(examples: Sequence[Mapping[str, Any]]) -> None:
    """Prints the most wrong examples, with their texts."""
    console = output()
    for each in examples:
        how = ", ".join(
            f"{name.replace('_', ' ')} {value:.4g}" for name, value in each.items() if isinstance(value, int | float)
        )
        console.print(f"{each['place']}  {how}", style="bold", soft_wrap=True)
        answers = {name: each[name] for name in ("reference", "prediction", "missed", "wrong") if name in each}
        for name, value in {**answers, **each["texts"]}.items():
            shown = printable_text(value)
            short = shown if len(shown) <= LONGEST_TEXT else f"{shown[:LONGEST_TEXT]}..."
            console.print(f"  {name:<12}{short}", soft_wrap=True)


def figures_table(first: str, *others: str) -> Table:
    """Returns an empty table without lines: a column of names and columns of figures."""
    table = plain_table()
    table.add_column(first, overflow="fold", min_width=12)
    for name in others:
        table.add_column(name, justify="right", overflow="fold")
    return table
