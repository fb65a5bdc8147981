"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output, for machines.")]
ModelArgument = Annotated[
    str,
    typer.Argument(
        metavar="MODEL", help="A run directory, the folder of an exported model, or a .tflite file.", show_default=False
    ),
]
RunArgument = Annotated[
    str,
    typer.Argument(metavar="RUN", help="A run directory; an exported model does not carry this.", show_default=False),
]
JsonLinesOption = Annotated[
    bool, typer.Option("--json", help="Print a JSON document a text, one a line, for machines.")
]
FilesOption = Annotated[
    list[Path],
    typer.Option("--data", metavar="FILES...", help="Text files, UTF-8, plain or gzip.", show_default=False),
]
TextOption = Annotated[list[str], typer.Option(help="A text; may be given several times.", show_default=False)]
TrustOption = Annotated[
    bool,
    typer.Option(
        "--trust", help="Open a SavedModel with operations that may read and write files, if you trust its maker."
    ),
]
