"""Progress of a run on the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Column

WIDTH_OF_FIGURES = 76  # columns of all but the bar
NARROW = WIDTH_OF_FIGURES + 6


class Terminal:
    """A listener: a progress bar with loss, rate and time left, and a line for each interval.

    Args:
        console: console to print to, usually standard error.
        step, total: current and last step of the run.
        figures: metrics of a validation that its line shows in addition to the loss.

    Use it as a context manager.
    """

    def __init__(self, console: Console, *, step: int, total: int, figures: Sequence[str] = ()):
        self._console = console
        self._figures = figures
        # On a narrow terminal the figures stay complete, and decorations are dropped.
        bar = [BarColumn(bar_width=min(24, console.width - WIDTH_OF_FIGURES))] if console.width > NARROW else []
        elapsed = [TimeElapsedColumn()] if console.width >= WIDTH_OF_FIGURES else []
        self._progress = Progress(
            TextColumn("step"),
            MofNCompleteColumn(),
            *bar,
            TextColumn("{task.fields[status]}", table_column=Column(no_wrap=True)),
            *elapsed,
            TextColumn("left"),
            TimeRemainingColumn(compact=not elapsed),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._task = self._progress.add_task("train", total=total, completed=step, status="")

    def __enter__(self):
        self._progress.start()
        return self

    def __exit__(self, *error):
        self._progress.stop()

    def progress(self, record):
        """Advances the bar."""
        status = f"loss {record['loss']:.3f}  {record['tokens_per_second']:,.0f} tokens/s"
        self._progress.update(self._task, completed=record["step"], status=status)

    def interval(self, record):
        """Prints a line."""
        name = "perplexity" if "perplexity" in record else "loss"
        line = f"step {record['step']:>7,}  {name} {record[name]:>9,.2f}"
        if f"val_{name}" in record:
            line += f"  validation {record[f'val_{name}']:>9,.2f}"
        for figure in self._figures:
            if f"val_{figure}" in record:
                line += f"  {figure.replace('_', ' ')} {record[f'val_{figure}']:.4f}"
        line += f"  learning rate {record['learning_rate']:.3g}  {record['tokens_per_second']:,.0f} tokens/s"
        if "real_token_share" in record:
            line += f"  {record['real_token_share']:.1%} real"
        self._console.print(line, highlight=False)
        self._progress.update(self._task, completed=record["step"])
