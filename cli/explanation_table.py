"""A table of the contribution of each word to a label."""

import math
from typing import Any

from rich.table import Table

from .console import plain_table, share_bar
from .printable_text import printable_text

MOST_WORDS = 12
BAR = 16  # columns on each side


def explanation_table(result: dict[str, Any]) -> Table:
    """A table of the words that contribute most, the strongest first, and the sum of the others.

    Args:
        result: The result of `explain_labels` for one text.

    Example:
        >>> explanation_table(model.explain(["a good cat"])[0]).row_count
        6
    """
    label, against, parts = result["label"], result["against"], result["contributions"]
    table = plain_table()
    table.add_column("word", overflow="fold", min_width=12)
    table.add_column("in the text", justify="right", no_wrap=True)
    tree = any("given" in part for part in parts)
    if tree:
        table.add_column("given", overflow="fold")
    table.add_column("log-odds", justify="right", no_wrap=True)
    table.add_column(printable_text(against), justify="right", no_wrap=True)
    table.add_column(printable_text(label), no_wrap=True)
    shown, rest = parts[:MOST_WORDS], parts[MOST_WORDS:]
    most = max((abs(part["log_odds"]) for part in shown if math.isfinite(part["log_odds"])), default=0) or 1.0

    def row(name: str, count: str, given: str, value: float) -> None:
        bar = share_bar(min(abs(value) / most, 1), width=BAR)
        sides = (bar, "") if value < 0 else ("", bar)
        table.add_row(name, count, *([given] if tree else []), f"{value:+.4f}", *sides)

    for part in shown:
        name = "no other word" if part["word"] is None else printable_text(part["word"])
        given = part.get("given")
        beside = "" if given is None else f"{'' if part['given_count'] else 'no '}{printable_text(given)}"
        row(name, "" if part["word"] is None else str(part["count"] or "no"), beside, part["log_odds"])
    if rest:
        row(f"{len(rest):,} more", "", "", sum(part["log_odds"] for part in rest))
    row("before any word", "", "", result["prior"])
    table.add_row("together", "", *([""] if tree else []), f"{result['log_odds']:+.4f}", "", "")
    return table
