"""langzoo compare."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.cells import cell_len
from rich.table import Table

from .console import output, plain_table, print_json
from .failure import say
from .options import JsonOption
from .picture_file import picture_format, write_picture
from .printable_text import printable_text

if TYPE_CHECKING:
    from ..trainers.run_summary import RunSummary

NOTHING = "-"
_FORMATS = {"loss": "{:.4f}", "perplexity": "{:,.2f}", "bits_per_byte": "{:.4f}", "seconds": "{:,.0f}", "step": "{:,}"}


def compare(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="Run directories.", show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="File for a plot of their losses (.png, .svg or .pdf); optional.", show_default=False
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare runs by the validation figures of their saved weights, their size and their time; --out plots the losses.

    Perplexities are comparable if the tokenizer is the same; bits per byte are comparable on one text in any case.
    """
    format = picture_format(out)
    from ..trainers.run_summary import RunSummary

    summaries = [RunSummary.read(run) for run in runs]
    remarks = _remarks(summaries)
    if out is not None:
        from ..trainers.loss_curves import draw_loss_curves

        write_picture(out, draw_loss_curves(summaries, format=format))
    if as_json:
        written = None if out is None else str(out)
        print_json({"runs": [_row(summary) for summary in summaries], "remarks": remarks, "out": written})
        return
    console = output()
    console.print(_table(summaries, width=console.width))
    if out is not None:
        output().print(f"drawn: {printable_text(str(out))}", soft_wrap=True)
    for remark in remarks:
        say(remark)


def _remarks(summaries: list["RunSummary"]) -> list[str]:
    """Returns the reasons why the figures cannot be compared."""
    validated = [summary for summary in summaries if summary.validated_on]
    if not validated:
        return []
    first, *others = validated
    remarks = []
    strangers = [other.run for other in others if not first.same_text(other)]
    if strangers:
        remarks.append(f"{_all(strangers)}: validated on other files than {first.run}; the figures are not comparable")
    readers = [other.run for other in others if first.same_text(other) and not first.same_tokens(other)]
    if readers:
        remarks.append(
            f"{_all(readers)}: validated on the files of {first.run}, but with other tokens; compare bits per byte, "
            "not losses and perplexities"
        )
    return remarks


def _all(names: list[str]) -> str:
    return ", ".join(names)


def _row(summary: "RunSummary") -> dict[str, Any]:
    fields = ("run", "model", "task", "parameters", "step", "loss", "perplexity", "bits_per_byte", "seconds")
    return {
        **{field: getattr(summary, field) for field in fields},
        "metrics": dict(summary.metrics),
        "valid": list(summary.validated_on),
    }


def _table(summaries: list["RunSummary"], *, width: int) -> Table:
    """Returns a table with a row per run, or, if that is too wide, a column per run."""
    metrics = list(dict.fromkeys(name for each in summaries for name in each.metrics if not _repeats_loss(each, name)))
    columns = {
        "run": [printable_text(each.run) for each in summaries],
        "model": [printable_text(each.model) for each in summaries],
        "parameters": [f"{each.parameters:,}" for each in summaries],
        "steps": [_figure(each, "step") for each in summaries],
        "validation loss": [_figure(each, "loss") for each in summaries],
        "perplexity": [_figure(each, "perplexity") for each in summaries],
        "bits per byte": [_figure(each, "bits_per_byte") for each in summaries],
        **{
            printable_text(name.replace("_", " ")): [_text(each.metrics.get(name), "{:.4f}") for each in summaries]
            for name in metrics
        },
        "seconds": [_figure(each, "seconds") for each in summaries],
    }
    table = plain_table()
    if sum(max(map(cell_len, (title, *cells))) + 2 for title, cells in columns.items()) > width:
        table.add_column("run", no_wrap=True)
        for run in columns.pop("run"):
            table.add_column(run, justify="right", overflow="fold")
        for title, cells in columns.items():
            table.add_row(title, *cells)
        return table
    for title in columns:
        left = title in ("run", "model")
        table.add_column(title, justify="left" if left else "right", no_wrap=title == "model", overflow="fold")
    for cells in zip(*columns.values(), strict=True):
        table.add_row(*cells)
    return table


def _repeats_loss(summary: "RunSummary", name: str) -> bool:
    """Whether a figure is the only term of a loss, and so that loss again; of several tasks, each has its own."""
    head, dot, own = name.rpartition(".")
    loss = summary.metrics.get(f"{head}.loss") if dot else summary.loss
    return own != "loss" and summary.metrics[name] == loss


def _figure(summary: "RunSummary", name: str) -> str:
    return _text(getattr(summary, name), _FORMATS[name])


def _text(value: Any, form: str) -> str:
    return NOTHING if value is None else form.format(value)
