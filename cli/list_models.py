"""langzoo list."""

from typing import Annotated

import typer
from rich.table import Table

from ..layers.plain.errors import UserError
from .console import output, print_json
from .options import JsonOption
from .printable_text import printable_text
from .remarks import remarks_told


def list_models(
    pattern: Annotated[
        str | None, typer.Argument(help='Only names that match, as of files: "lstm*".', show_default=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the models that have a name."""
    from ..zoo import named_models

    with remarks_told():
        models = named_models(pattern)
    if not models:
        raise UserError(f"no model's name matches {pattern!r}: try 'lstm*' in quotes, or no pattern")
    if as_json:
        fields = ("name", "family", "parameters", "task", "paper", "description")
        print_json([{field: getattr(model, field) for field in fields} for model in models])
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("name", no_wrap=True)
    table.add_column("family", no_wrap=True)
    table.add_column("parameters", justify="right", no_wrap=True)
    table.add_column("task", no_wrap=True)
    table.add_column("paper")
    for model in models:
        row = (model.name, model.family, f"{model.parameters:,}", model.task, model.paper)
        table.add_row(*map(printable_text, row))
    output().print(table)
