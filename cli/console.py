"""Console output: results on standard output, everything else on standard error."""

import contextlib
import json
import math
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from .printable_text import printable_text

PIPED_WIDTH = 200  # columns where there is no terminal to ask: a table in a pipe is not cut


def output() -> Console:
    """Standard output, for results. What is printed is taken as it is: no markup, no `:emoji:`, no highlighting."""
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    return Console(file=sys.stdout, width=width, markup=False, emoji=False, highlight=False)


def messages() -> Console:
    """Standard error, for progress and remarks."""
    return Console(file=sys.stderr, markup=False, emoji=False, highlight=False, soft_wrap=True)


@contextlib.contextmanager
def json_array(wanted: bool) -> Iterator[Callable[[Any], None]]:
    """A JSON array on standard output that is written an item at a time, so that none of it is kept.

    Nothing is written where the block fails before its first item.

    Args:
        wanted: False for an array that is never begun.

    Returns:
        A function that adds an item.
    """
    begun = False

    def add(value: Any) -> None:
        nonlocal begun
        sys.stdout.write((", " if begun else "[") + _json_text(value))
        begun = True

    yield add
    if wanted:
        sys.stdout.write(("" if begun else "[") + "]\n")


def print_json(value: Any) -> None:
    """Writes one JSON document on a line of standard output; numbers that JSON does not have (infinity) become null."""
    sys.stdout.write(_json_text(value) + "\n")


def share_bar(share: float, *, width: int = 20) -> str:
    """A share of 1 as a bar, in eighths of a column where standard output can show them.

    Example:
        >>> share_bar(0.5, width=4) in ("██", "##")
        True
    """
    if not _shows_unicode():
        return "#" * round(share * width)
    whole, rest = divmod(round(share * width * 8), 8)
    return "█" * whole + ("", *"▏▎▍▌▋▊▉")[rest]


def plain_table() -> Table:
    """A table without lines, its columns two spaces apart."""
    return Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")


def print_list(
    titles: Sequence[str], rows: Sequence[Sequence[str]], *, whole: Collection[str], right: Collection[str] = ()
) -> None:
    """Prints a long table on standard output.

    Args:
        titles: of the columns.
        rows: of cells, as many as there are titles; a line end in one is shown as a space.
        whole: titles of the columns that are not wrapped where the terminal is narrow.
        right: titles of the columns that are aligned right.
    """
    table, console = plain_table(), output()
    for title in titles:
        table.add_column(title, no_wrap=title in whole, justify="right" if title in right else "left")
    # Where nothing wraps, the whole table is one row of tall cells, which rich lays out in a third of the time.
    lines = list(zip(*[[printable_text(cell).replace("\n", " ") for cell in row] for row in rows], strict=True))
    width = sum(max(map(cell_len, (title, *cells))) + 2 for title, cells in zip(titles, lines, strict=True))
    for row in zip(*lines, strict=True) if width > console.width else [["\n".join(cells) for cells in lines]]:
        table.add_row(*row)
    console.print(table)


def facts_table(facts: dict[str, str]) -> Table:
    """Names and values, one pair per row, without lines."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts.items():
        table.add_row(name, printable_text(value))
    return table


def stage(message: str) -> None:
    """One line on standard error that says what goes on."""
    messages().print(message, style="dim")


@contextlib.contextmanager
def progress_bar(
    what: str, *, total: int | None = None, beside_results: bool = False
) -> Iterator[Callable[[int], None]]:
    """A bar on standard error while the block runs, if that is a terminal; nothing stays of it.

    Args:
        what: what is done, before the bar.
        total: units of all the work, or None if nobody knows.
        beside_results: whether the block prints results; then there is no bar if they go to a terminal too.

    Returns:
        A function to be called with the units done so far.
    """
    from rich import progress as bars  # late: `--help` and `langzoo list` show none

    what_is_done = (bars.TextColumn("{task.description}"), bars.BarColumn(), bars.MofNCompleteColumn())
    times = (bars.TimeElapsedColumn(), *(() if total is None else (bars.TimeRemainingColumn(),)))
    console = messages()
    shown = console.is_terminal and not (beside_results and sys.stdout.isatty())
    # Not redirected: rich would write results to standard error.
    with bars.Progress(
        *what_is_done, *times, console=console, transient=True, disable=not shown, redirect_stdout=False
    ) as progress:
        task = progress.add_task(what, total=total)
        yield lambda done: progress.update(task, completed=done)


def _shows_unicode() -> bool:
    return (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") == "utf8"


def _json_text(value: Any) -> str:
    return json.dumps(_finite(value), ensure_ascii=not _shows_unicode(), allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
