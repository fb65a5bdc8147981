"""Arguments and options shared by several commands."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ..layers.plain.errors import UserError
from .settings import parse_settings

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output, for machines.")]
ModelArgument = Annotated[
    str,
    typer.Argument(
        metavar="MODEL", help="A run directory, the folder of an exported model, or a .tflite file.", show_default=False
    ),
]
RunArgument = Annotated[
    str,
    typer.Argument(metavar="RUN", help="A run directory; exported models are not supported.", show_default=False),
]
JsonLinesOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON document per text, each on a line, for machines.")
]
FilesOption = Annotated[
    list[Path],
    typer.Option("--data", metavar="FILES...", help="Text files, UTF-8, plain or gzip.", show_default=False),
]
TextOption = Annotated[list[str], typer.Option(help="A text; may be given several times.", show_default=False)]
ReaderOption = Annotated[
    str | None,
    typer.Option("--reader", help="The reader of the files (langzoo list --kind reader).", show_default=False),
]
ReaderSettingsOption = Annotated[
    list[str],
    typer.Option(
        "--reader-option",
        metavar="NAME=VALUE...",
        help='Settings of the reader (langzoo describe --kind reader NAME), e.g. "delimiter=;".',
    ),
]
ColumnsOption = Annotated[
    list[str],
    typer.Option(
        "--columns", metavar="OURS=THEIRS...", help="The files' own names of columns, e.g. text=review label=stars."
    ),
]
SkipBadOption = Annotated[
    bool,
    typer.Option("--skip-bad", help="Skip and count invalid records instead of stopping at the first."),
]
LabelsOption = Annotated[
    str | None,
    typer.Option(
        "--labels",
        help="All labels, in their order, separated by commas; by default those of the training data.",
        show_default=False,
    ),
]
MetricOption = Annotated[
    list[str],
    typer.Option(
        "--metric",
        metavar="NAME...",
        help="Metrics to compute in addition to the default ones (langzoo list --kind metric).",
    ),
]
PromptNameOption = Annotated[
    str | None, typer.Option(help="Name of the model's prompt to put before each text.", show_default=False)
]
ReadTogetherOption = Annotated[int, typer.Option("--batch-size", min=1, help="Texts per batch.")]
HeadOption = Annotated[
    str | None,
    typer.Option("--task", help="The task to use, for a run of several tasks (train --tasks).", show_default=False),
]
TrustOption = Annotated[
    bool,
    typer.Option(
        "--trust", help="Open a SavedModel with operations that may read and write files, if you trust its maker."
    ),
]


def data_settings(
    *, reader: str | None, reader_options: list[str], columns: list[str], skip_bad: bool, labels: str | None
) -> dict[str, Any]:
    """Returns the settings for those data options that were given.

    Raises:
        UserError: An option is not `name=value`, or labels are empty or repeated.
    """
    names = None if labels is None else [label.strip() for label in labels.split(",")]
    if names is not None and (not all(names) or len(set(names)) < len(names)):
        raise UserError(f"--labels {labels!r} must be different names, separated by commas")
    named = parse_settings(columns, flag="--columns", example="text=review")
    found: dict[str, Any] = {
        "data.reader": reader,
        "data.reader_options": parse_settings(reader_options, flag="--reader-option", example="scheme=iob1") or None,
        "data.columns": {column: str(name) for column, name in named.items()} or None,
        "data.skip_bad": skip_bad or None,
        "data.labels": names,
    }
    return {key: value for key, value in found.items() if value is not None}
