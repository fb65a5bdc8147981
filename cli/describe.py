"""langzoo describe."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from ..layers.plain.errors import UserError
from ..layers.plain.size_in_words import size_in_words
from .console import facts_table, output, plain_table, print_json
from .kinds import facts_of, options_of, registry_of
from .model_reference import ModelReference
from .options import JsonOption
from .printable_text import printable_text
from .quiet_tensorflow import quiet_tensorflow
from .remarks import printed_remarks

FLOAT32_BYTES = 4
UNSAID = ("format", "files", "model")  # entries of a manifest that only serve to check an export
_HEADINGS = {
    "generation": "generation (as its publisher recommends)",
    "pretraining": "pretraining (langzoo train --task pretrain)",
}
ADAM_COPIES = 4  # weights, gradients and two moments


def describe(
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL",
            help="A name from `langzoo list`, a run directory, the folder of a SavedModel, or a .tflite file.",
        ),
    ],
    kind: Annotated[
        str, typer.Option(help="What MODEL names: a model, task, objective, decoder, ...", metavar="KIND")
    ] = "model",
    as_json: JsonOption = False,
) -> None:
    """Show a model's configuration, size, paper and metrics; or describe a task, an objective, a decoder and so on."""
    if kind != "model":
        _describe_kind(kind, model, as_json)
        return
    reference = ModelReference.parse(model)
    described = _of_export(reference) if reference.kind in ("export", "litert") else _of_config(reference)
    if as_json:
        print_json(described)
    else:
        _print(described)


def _describe_kind(kind: str, name: str, as_json: bool) -> None:
    """Prints the docstring of a registered object, and its settings."""
    with printed_remarks():
        quiet_tensorflow()
        entry = registry_of(kind).entry(name)
    settings = options_of(entry.value)
    if as_json:
        fields = [{"name": each, "type": type_name, "default": default} for each, type_name, default in settings]
        facts = facts_of(entry.value)
        print_json({"kind": kind, "name": name, "documentation": entry.documentation, **facts, "settings": fields})
        return
    console = output()
    console.print(f"{name} ({kind})", style="bold")
    console.print(printable_text(entry.documentation), soft_wrap=True, markup=False, highlight=False)
    if facts := {name: fact for name, fact in facts_of(entry.value).items() if fact}:
        example = facts.pop("example", "")
        console.print()
        console.print(facts_table(facts))
        if example:
            console.print("example", *(f"    {printable_text(line)}" for line in example.splitlines()), sep="\n")
    if settings:
        table = plain_table()
        for column in ("setting", "type", "default"):
            table.add_column(column)
        for row in settings:
            table.add_row(*map(printable_text, row))
        console.print()
        console.print(table)


def _of_config(reference: ModelReference) -> dict[str, Any]:
    """Describes a model from its configuration alone, without building it."""
    from ..trainers.run_metrics import metrics_of_weights
    from ..trainers.run_summary import described_parameters
    from ..zoo import named_model
    from ..zoo.model_directory import read_description
    from ..zoo.registry import config_class, find_model

    if reference.kind == "name":
        model, path = named_model(reference.text), None
        name, task, config, parameters = model.name, model.task, model.config, model.parameters
    else:
        path = Path(reference.text)
        read = read_description(path)
        name, task, config = read["name"], read["task"], config_class(read["family"]).from_dict(read.get("config", {}))
        parameters = described_parameters(read)
    origin = find_model(name)
    described = {
        "name": name,
        "family": config.family,
        "task": task,
        "parameters": parameters,
        "paper": origin.paper if origin else "",
        "url": origin.url if origin else "",
        "memory": _memory(parameters),
        "config": config.to_dict(),
    }
    if path is not None:
        described["options"] = read.get("options", {})
        return {"path": str(path), **described, "generation": _generation(path), "metrics": metrics_of_weights(path)}
    return {"description": origin.description if origin else "", **described, "pretraining": _pretraining(name, config)}


def _pretraining(name: str, config: Any) -> dict[str, Any]:
    """Returns how `--task pretrain` trains a model; {} if there is no recipe for it."""
    from ..trainers.recipes import Pretraining
    from ..trainers.recipes.recipe import changed_settings

    try:
        recipe = Pretraining.of(name, config.family)
    except UserError:
        return {}
    return {"recipe": recipe.recipe, "task": recipe.task, **recipe.more, **changed_settings(recipe.scaled(config))}


def _generation(path: Path) -> dict[str, Any]:
    """Returns the publisher's generation settings of an imported model; {} if there are none."""
    from ..zoo.foreign.generation_config import generation_settings, read_generation_config

    return generation_settings(read_generation_config(path))


def _memory(parameters: int) -> dict[str, int]:
    """Returns the bytes of the weights, and of training them with Adam; activations are not included."""
    weights = parameters * FLOAT32_BYTES
    return {"weights_bytes": weights, "adam_bytes": weights * ADAM_COPIES}


def _of_export(reference: ModelReference) -> dict[str, Any]:
    """Describes an exported model from its manifest."""
    path, manifest = reference.manifest()
    said = {key: value for key, value in manifest.items() if key not in UNSAID}
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    size = sum(file.stat().st_size for file in files)
    return {"path": str(path), **said, "bytes": size}


def _print(described: dict[str, Any]) -> None:
    facts = {key: value for key, value in described.items() if isinstance(value, str) and value and key != "name"}
    for key, value in described.items():
        if isinstance(value, int) and not isinstance(value, bool):
            facts[key] = size_in_words(value) if key == "bytes" else f"{value:,}"
        elif isinstance(value, bool):
            facts[key] = "yes" if value else "no"
        elif isinstance(value, list) and value and all(isinstance(each, int) for each in value):  # lengths
            facts[key] = ", ".join(f"{each:,}" for each in value)
    if memory := described.get("memory"):
        facts["memory"] = (
            f"{size_in_words(memory['weights_bytes'])} of float32 weights; "
            f"{size_in_words(memory['adam_bytes'])} with gradients and Adam's moments"
        )
    console = output()
    console.print(described.get("name", ""), style="bold")
    console.print(facts_table(facts))
    for title in ("config", "options", "pretraining", "generation", "metrics", "measured", "signatures", "defaults"):
        if section := described.get(title):
            heading = _HEADINGS.get(title, title)
            console.print(f"\n{heading}", style="bold")
            console.print(facts_table({f"  {key}": _shown(value) for key, value in section.items()}))


def _shown(value: Any) -> str:
    if isinstance(value, dict) and value.keys() == {"inputs", "outputs"}:  # a signature; its types are for machines
        return f"{', '.join(value['inputs'])} -> {', '.join(value['outputs'])}"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
