"""langzoo list."""

import fnmatch
from typing import Annotated

import typer
from rich.table import Table

from ..layers.plain.errors import UserError
from .console import output, print_json
from .kinds import facts_of, registry_of
from .options import JsonOption
from .printable_text import printable_text
from .quiet_tensorflow import quiet_tensorflow
from .remarks import remarks_told

SHOWN_FACTS = ("task", "reader", "metric", "columns")  # in the table; `langzoo describe` shows the others, too


def list_models(
    pattern: Annotated[
        str | None, typer.Argument(help='Only names that match, as of files: "lstm*".', show_default=False)
    ] = None,
    kind: Annotated[
        str,
        typer.Option(help="Of what: model, task, objective, reader, decoder, logit_rule, recipe, ...", metavar="KIND"),
    ] = "model",
    as_json: JsonOption = False,
) -> None:
    """List the models that have a name, or the tasks, objectives, readers, decoders and so on."""
    from ..zoo import named_models

    if kind != "model":
        _list_kind(kind, pattern, as_json)
        return
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


def _list_kind(kind: str, pattern: str | None, as_json: bool) -> None:
    """Everything that is registered of another kind, with the first line of its docstring."""
    with remarks_told():
        quiet_tensorflow()
        known = registry_of(kind).entries()
    entries = [entry for entry in known if pattern is None or fnmatch.fnmatchcase(entry.name, pattern)]
    if not entries:
        raise UserError(f"no {kind}'s name matches {pattern!r}: try it without a pattern")
    if as_json:
        print_json(
            [
                {"name": each.name, "description": each.description, "module": each.module, **facts_of(each.value)}
                for each in entries
            ]
        )
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("name", no_wrap=True)
    shown = [name for name in facts_of(entries[0].value) if name in SHOWN_FACTS]
    for name in shown:
        table.add_column(name)
    table.add_column("description")
    for entry in entries:
        facts = facts_of(entry.value)
        cells = (entry.name, *(facts.get(name, "") for name in shown), entry.description)
        table.add_row(*map(printable_text, cells))
    output().print(table)
