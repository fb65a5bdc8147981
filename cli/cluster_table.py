"""A table of clusters of sentences."""

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from .printable_text import printable_text

LONGEST = 120  # characters of a sentence


def cluster_table(summaries: Sequence[dict[str, Any]]) -> Table:
    """A table with a row per cluster: its share of the mixture and of the sentences, its words, and its sentences.

    Args:
        summaries: The result of `cluster_summaries`.

    Example:
        >>> cluster_table(cluster_summaries(beliefs, texts, weights=[0.5, 0.5])).row_count
        2
    """
    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0), header_style="bold")
    table.add_column("cluster", no_wrap=True, style="bold")
    table.add_column("weight", justify="right", no_wrap=True)
    table.add_column("sentences", justify="right", no_wrap=True)
    table.add_column("words", overflow="fold", ratio=2)
    table.add_column("nearest sentences", overflow="fold", ratio=5)
    for each in summaries:
        examples = "\n".join(_shortened(printable_text(example["text"])) for example in each["examples"])
        table.add_row(
            printable_text(each["cluster"]),
            f"{each['weight']:.1%}",
            f"{each['count']:,} ({each['share']:.1%})",
            printable_text(", ".join(each["words"])),
            examples,
        )
    return table


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
