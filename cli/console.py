"""Console output: results go to standard output, everything else to standard error."""

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

PIPED_WIDTH = 200  # columns if there is no terminal: a table in a pipe is not cut off


def output() -> Console:
    """Returns the console of standard output, for results; it prints no markup, no `:emoji:` and no highlighting."""
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    return Console(file=sys.stdout, width=width, markup=False, emoji=False, highlight=False)


def messages() -> Console:
    """Returns the console of standard error, for progress and remarks."""
    return Console(file=sys.stderr, markup=False, emoji=False, highlight=False, soft_wrap=True)


@contextlib.contextmanager
def json_array(wanted: bool) -> Iterator[Callable[[Any], None]]:
    """Writes a JSON array to standard output item by item, without keeping the items.

    Nothing is written if the block fails before its first item.

    Args:
        wanted: Whether to write the array at all.

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
    """Writes one JSON document as a line of standard output; numbers that JSON lacks (infinity) become null."""
    sys.stdout.write(_json_text(value) + "\n")


def share_bar(share: float, *, width: int = 20) -> str:
    """Draws a share from 0 to 1 as a bar, in eighths of a column if standard output can show them.

    Example:
        >>> share_bar(0.5, width=4) in ("██", "##")
        True
    """
    if not _shows_unicode():
        return "#" * round(share * width)
    whole, rest = divmod(round(share * width * 8), 8)
    return "█" * whole + ("", *"▏▎▍▌▋▊▉")[rest]


def plain_table() -> Table:
    """Returns an empty table without lines, its columns two spaces apart."""
    return Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")


def print_list(
    titles: Sequence[str], rows: Sequence[Sequence[str]], *, whole: Collection[str], right: Collection[str] = ()
) -> None:
    """Prints a long table to standard output.

    Args:
        titles: Titles of the columns.
        rows: Rows of cells, a cell per title; line ends in a cell are shown as spaces.
        whole: Titles of the columns that are not wrapped on a narrow terminal.
        right: Titles of the columns that are aligned right.
    """
    table, console = plain_table(), output()
    for title in titles:
        table.add_column(title, no_wrap=title in whole, justify="right" if title in right else "left")
    # If nothing wraps, the whole table is one row of tall cells, which rich lays out in a third of the time.
    lines = list(zip(*[[printable_text(cell).replace("\n", " ") for cell in row] for row in rows], strict=True))
    width = sum(max(map(cell_len, (title, *cells))) + 2 for title, cells in zip(titles, lines, strict=True))
    for row in zip(*lines, strict=True) if width > console.width else [["\n".join(cells) for cells in lines]]:
        table.add_row(*row)
    console.print(table)


def facts_table(facts: dict[str, str]) -> Table:
    """Returns a table of names and values, one pair per row, without lines."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts.items():
        table.add_row(name, printable_text(value))
    return table


def stage(message: str) -> None:
    """Prints the current stage of the work as a line on standard error."""
    messages().print(message, style="dim")


@contextlib.contextmanager
def progress_bar(
    what: str, *, total: int | None = None, beside_results: bool = False
) -> Iterator[Callable[[int], None]]:
    """Shows a progress bar on standard error while the block runs, if that is a terminal; it is removed afterwards.

    Args:
        what: Text before the bar.
        total: Number of units of the whole work, or None if it is unknown.
        beside_results: Whether the block prints results; if these go to a terminal too, there is no bar.

    Returns:
        A function to call with the number of units done so far.
    """
    from rich import progress as bars  # late: `--help` and `langzoo list` do not need it

    what_is_done = (bars.TextColumn("{task.description}"), bars.BarColumn(), bars.MofNCompleteColumn())
    times = (bars.TimeElapsedColumn(), *(() if total is None else (bars.TimeRemainingColumn(),)))
    console = messages()
    shown = console.is_terminal and not (beside_results and sys.stdout.isatty())
    # No redirection: rich would write results to standard error.
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
