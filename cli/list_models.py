"""langzoo list."""

import fnmatch
from typing import Annotated

import typer

from ..layers.plain.errors import UserError
from .console import print_json, print_list
from .kinds import facts_of, registry_of
from .options import JsonOption
from .quiet_tensorflow import quiet_tensorflow
from .remarks import printed_remarks

SHOWN_FACTS = ("task", "reader", "metric", "columns")  # in the table; `langzoo describe` shows all


def list_models(
    pattern: Annotated[
        str | None, typer.Argument(help='Only names that match a pattern, e.g. "lstm*".', show_default=False)
    ] = None,
    kind: Annotated[
        str,
        typer.Option(help="What to list: model, task, objective, reader, decoder, recipe, ...", metavar="KIND"),
    ] = "model",
    as_json: JsonOption = False,
) -> None:
    """List the named models, or the tasks, objectives, readers, decoders and so on."""
    from ..zoo import named_models

    if kind != "model":
        _list_kind(kind, pattern, as_json)
        return
    with printed_remarks():
        models = named_models(pattern)
    if not models:
        raise UserError(f"no model's name matches {pattern!r}: try 'lstm*' in quotes, or no pattern")
    if as_json:
        fields = ("name", "family", "parameters", "task", "paper", "description")
        print_json([{field: getattr(model, field) for field in fields} for model in models])
        return
    rows = [(model.name, model.family, f"{model.parameters:,}", model.task, model.paper) for model in models]
    titles = ("name", "family", "parameters", "task", "paper")
    print_list(titles, rows, whole=titles[:-1], right=("parameters",))


def _list_kind(kind: str, pattern: str | None, as_json: bool) -> None:
    """Lists everything registered of another kind, with the first line of each docstring."""
    with printed_remarks():
        quiet_tensorflow()
        known = registry_of(kind).entries()
    entries = [entry for entry in known if pattern is None or fnmatch.fnmatchcase(entry.name, pattern)]
    if not entries:
        raise UserError(f"no {kind} has a name that matches {pattern!r}: try it without a pattern")
    if as_json:
        print_json(
            [
                {"name": each.name, "description": each.description, "module": each.module, **facts_of(each.value)}
                for each in entries
            ]
        )
        return
    shown = [name for name in facts_of(entries[0].value) if name in SHOWN_FACTS]
    rows = []
    for entry in entries:
        facts = facts_of(entry.value)
        rows.append((entry.name, *(facts.get(name, "") for name in shown), entry.description))
    print_list(("name", *shown, "description"), rows, whole=("name",))
