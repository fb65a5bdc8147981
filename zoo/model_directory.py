"""Models on disk: saving and loading."""

import hashlib
import inspect
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..layers.plain.did_you_mean import unknown_name_message
from ..layers.plain.errors import UserError
from ..layers.plain.read_json import read_json
from .atomic_file import write_text
from .memory_check import check_memory
from .registry import config_class, named_model
from .staging import finish_commit, staged_files

if TYPE_CHECKING:
    from ..layers.text import Tokenizer
    from .model_config import ModelConfig
    from .tasks import TextModel

CONFIG_FILE = "config.json"
TOKENIZER_FOLDER = "tokenizer"
WEIGHTS_FILE = "weights.safetensors"
FORMAT = 1
MAX_DESCRIPTION_BYTES = 2**20
DESCRIPTION_KEY = "description"
"""The header key of a weights file for the digest of the model that it belongs to."""


def create(
    name: str,
    *,
    tokenizer: "Tokenizer | None" = None,
    task: str | None = None,
    options: Mapping[str, Any] | None = None,
    **changes: Any,
) -> "TextModel":
    """Creates a model of the catalogue, with random weights.

    Args:
        name: the name of a model (`langzoo list`).
        tokenizer: the tokenizer, whose vocabulary size becomes that of the model.
        task: the task; None for the default task of the named model.
        options: options of the task, e.g. `{"labels": ["bad", "good"]}` for a text classifier.
        **changes: fields of the configuration to change, e.g. `dropout=0.2`.

    Raises:
        UserError: unknown name, field, task or option, or a value of the wrong type.

    Example:
        >>> create("lstm_tiny", vocabulary_size=100).count_params()
        14820
    """
    model = named_model(name)
    if tokenizer is not None:
        _check_tokenizer(tokenizer)
        changes = {**model.config.for_tokenizer(tokenizer).to_dict(), **changes}
    config = model.config.variant(**changes)
    return build(config, name=name, task=task or model.task, tokenizer=tokenizer, options=options)


def _check_tokenizer(tokenizer: Any) -> None:
    """Raises a UserError for anything but a tokenizer, e.g. the name of a kind, that says how to make one."""
    from ..layers.text import Tokenizer

    if isinstance(tokenizer, Tokenizer):
        return
    if isinstance(tokenizer, Path) or (isinstance(tokenizer, str) and Path(tokenizer).is_dir()):
        how = f"langzoo.layers.load_tokenizer({str(tokenizer)!r}) reads one"
    elif isinstance(tokenizer, str):
        how = f"langzoo.trainers.train_tokenizer({tokenizer!r}, texts) trains one on a list of texts"
    else:
        how = "langzoo.layers.load_tokenizer(folder) reads one, langzoo.trainers.train_tokenizer trains one"
    raise UserError(f"tokenizer must be a Tokenizer, not {str(tokenizer)[:60]!r}: {how}")


def build(
    config: "ModelConfig",
    *,
    name: str,
    task: str,
    tokenizer: "Tokenizer | None" = None,
    options: Mapping[str, Any] | None = None,
) -> "TextModel":
    """Builds a model of a configuration; `UserError` if the machine's memory cannot hold it."""
    from .tasks import TASKS

    cls, options = TASKS[task], dict(options or {})
    check_memory(config, name=name)
    check_task_options(task, options)
    return cls(config, tokenizer=tokenizer, name=name, **options)


def check_task_options(task: str, options: Iterable[str]) -> None:
    """Raises a UserError for an option that a task does not have."""
    from .tasks import TASKS

    own = set(inspect.signature(TASKS[task].__init__).parameters) - {
        "self",
        "config",
        "tokenizer",
        "backbone",
        "kwargs",
    }
    for option in options:
        if option not in own:
            raise UserError(unknown_name_message(f"option of the task {task}:", option, own))


def save(model: "TextModel", directory: str | Path) -> None:
    """Saves configuration, tokenizer and weights; an existing model stays until all of the new one is written.

    Args:
        model: any model of the zoo.
        directory: the folder, created if missing; other files in it are kept.

    Raises:
        UserError: another process is writing there.
        OSError: the disk is full, or the folder cannot be written.
    """
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    with staged_files(directory) as staging:
        save_description(model, staging)
        save_weights(model, staging)


def save_description(model: "TextModel", directory: str | Path) -> None:
    """Writes everything except the weights."""
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    if model.tokenizer is not None:
        model.tokenizer.save_assets(directory / TOKENIZER_FOLDER)
    write_text(directory / CONFIG_FILE, json.dumps(describe_model(model), indent=2, ensure_ascii=False) + "\n")


def describe_model(model: "TextModel") -> dict[str, Any]:
    """The content of `config.json`."""
    return {
        "format": FORMAT,
        "name": model.name,
        "family": model.config.family,
        "task": model.task,
        "options": model.options,
        "config": model.config.to_dict(),
        "parameters": model.count_params(),
        "tokenizer": TOKENIZER_FOLDER if model.tokenizer is not None else None,
        "tokenizer_digest": model.tokenizer.digest if model.tokenizer is not None else None,
    }


def description_digest(model: "TextModel") -> str:
    """The SHA-256, in hexadecimal, of what weights depend on: configuration, task, options and tokenizer, no name."""
    described = {key: value for key, value in describe_model(model).items() if key != "name"}
    described["options"] = model.options_of_weights
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()


def save_weights(model: "TextModel", directory: str | Path) -> None:
    """Writes the weights, completely or not at all."""
    from .weights_file import write_tensors

    tensors = {name: weight.numpy() for name, weight in saved_weights(model).items()}
    write_tensors(Path(directory) / WEIGHTS_FILE, tensors, {DESCRIPTION_KEY: description_digest(model)})


def load_run(directory: str | Path) -> "TextModel":
    """Loads a model that `save` wrote; `zoo.load` reads more formats.

    Raises:
        UserError: there is no model, or a file is damaged, altered, or written by a later version. The message is one
            line.
    """
    from ..layers.text import load_tokenizer

    directory = Path(directory)
    finish_commit(directory)
    described = read_description(directory)
    config = config_class(described["family"]).from_dict(described["config"])
    tokenizer = load_tokenizer(directory / TOKENIZER_FOLDER) if described.get("tokenizer") else None
    options = described.get("options", {})
    model = build(config, name=described["name"], task=described["task"], tokenizer=tokenizer, options=options)
    load_weights(model, directory / WEIGHTS_FILE)
    return model


def load_weights(model: "TextModel", path: str | Path) -> None:
    """Loads a weights file into a model; the names of both must match exactly.

    Raises:
        UserError: the file is missing, damaged, or belongs to another model.
    """
    from .weights_file import assign_tensors, read_tensors

    tensors, metadata = read_tensors(path)
    assign_tensors(saved_weights(model), tensors, path)
    if metadata.get(DESCRIPTION_KEY) != description_digest(model):
        raise UserError(
            f"{path} belongs to another model: {CONFIG_FILE} or the tokenizer was altered after it was written; "
            "copy the whole folder again"
        )


def load_body(model: "TextModel", directory: str | Path) -> None:
    """Loads the body of another model of the same configuration into a model; its head stays as it is.

    Rows of the token embedding that the other model lacks, for tokens added since, start as the mean of their pieces.

    An exception is a trained pooler, BERT's dense layer and tanh over the first token: it is the first half of the
    family's classifiers (Devlin et al. 2019, section 4.1), which load it too.

    Args:
        model: the model, whose task may differ.
        directory: the folder of the other model.

    Raises:
        UserError: there is no model, a file is damaged or altered, or its body has other weights.
    """
    other = load_run(directory)
    found = {weight.path.partition("/")[2]: weight for weight in other.backbone.weights}
    own = {weight.path.partition("/")[2]: weight for weight in model.backbone.weights}
    values = _grown_values(model, other, found, own)
    if {name: value.shape for name, value in values.items()} != {n: tuple(weight.shape) for n, weight in own.items()}:
        raise UserError(f"{directory} has a body with other weights than {model.name} needs")
    for name, weight in own.items():
        weight.assign(values[name])
    pooler = getattr(getattr(other, "next_sentence_head", None) or other, "pooler", None)
    for each in getattr(model, "heads", {"": model}).values():
        head = getattr(each, "head", None)
        if pooler is not None and getattr(head, "activation", None) == "tanh":
            head.dense.kernel.assign(pooler.dense.kernel)
            head.dense.bias.assign(pooler.dense.bias)


def load_grown(model: "TextModel", directory: str | Path) -> None:
    """Loads the weights of a model with fewer tokens, heads included; see `grown_weights` for the new rows.

    Args:
        model: a model of the same family and task; its tokens and its dropout may differ.
        directory: the folder of the other model.

    Raises:
        UserError: there is no model, a file is damaged or altered, or it has other weights.
    """
    other = load_run(directory)
    own, found = saved_weights(model), saved_weights(other)
    values = _grown_values(model, other, found, own)
    if {name: value.shape for name, value in values.items()} != {n: tuple(weight.shape) for n, weight in own.items()}:
        raise UserError(f"{directory} has other weights than {model.name} needs")
    for name, weight in own.items():
        weight.assign(values[name])


def _grown_values(model: "TextModel", other: "TextModel", found: Mapping[str, Any], own: Mapping[str, Any]) -> Any:
    """The values of the weights, with rows for the model's additional tokens."""
    values = {name: weight.numpy() for name, weight in found.items()}
    if model.config.vocabulary_size <= other.config.vocabulary_size or other.tokenizer is None:
        return values
    from .grown_weights import grown_weights

    shapes = {name: tuple(weight.shape) for name, weight in own.items()}
    return grown_weights(values, shapes, before=other.tokenizer, after=model.tokenizer)


def saved_weights(model: "TextModel") -> dict[str, Any]:
    """The weights to save, by name: no random seeds, no metrics."""
    return model.named_weights()


def read_description(directory: str | Path) -> dict[str, Any]:
    """Reads and checks the `config.json` of a model directory."""
    directory = Path(directory)
    path = directory / CONFIG_FILE
    if not directory.is_dir():
        raise UserError(f"{directory} holds no model: name the folder that {CONFIG_FILE} is in")
    if not os.path.lexists(path):
        raise UserError(f"{directory} holds no model: {CONFIG_FILE} is missing")
    described = read_json(path, max_bytes=MAX_DESCRIPTION_BYTES, mend="copy the whole folder again")
    kinds = {"name": str, "family": str, "task": str, "config": dict}
    if not isinstance(described.setdefault("options", {}), dict):
        raise UserError(f"{path} is damaged: options must be an object")
    if not _are_heads(described["options"].get("heads", {})):
        raise UserError(f"{path} is damaged: options.heads must be an object of heads, each with its task")
    if not all(isinstance(described.get(key), kinds[key]) for key in kinds):
        raise UserError(f"{path} does not describe a langzoo model: name, family, task and config must be there")
    name = described["name"]
    if not name.isprintable() or name in ("", ".", "..") or "/" in name or "\\" in name:  # It will name a folder.
        raise UserError(f"{path} names the model {name!r}, which is not a valid folder name")
    if described.get("format") != FORMAT:
        raise UserError(f"{path} has format {described.get('format')!r}; this version reads format {FORMAT}")
    return described


def _are_heads(found: Any) -> bool:
    return isinstance(found, dict) and all(
        isinstance(head, dict) and isinstance(head.get("task"), str) for head in found.values()
    )
