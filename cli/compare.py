"""langzoo compare."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
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
    output().print(_table(summaries))
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


def _table(summaries: list["RunSummary"]) -> Table:
    # The only term of a loss is the loss again.
    others = (name for each in summaries for name, value in each.metrics.items() if value != each.loss)
    metrics = list(dict.fromkeys(others))
    table = plain_table()
    table.add_column("run", overflow="fold")
    table.add_column("model", no_wrap=True)
    for name in ("parameters", "steps", "validation loss", "perplexity", "bits per byte", *metrics, "seconds"):
        table.add_column(printable_text(name.replace("_", " ")), justify="right")
    for summary in summaries:
        figures = [_figure(summary, name) for name in ("step", "loss", "perplexity", "bits_per_byte")]
        measured = [_text(summary.metrics.get(name), "{:.4f}") for name in metrics]
        names = printable_text(summary.run), printable_text(summary.model), f"{summary.parameters:,}"
        table.add_row(*names, *figures, *measured, _figure(summary, "seconds"))
    return table


def _figure(summary: "RunSummary", name: str) -> str:
    return _text(getattr(summary, name), _FORMATS[name])


def _text(value: Any, form: str) -> str:
    return NOTHING if value is None else form.format(value)
