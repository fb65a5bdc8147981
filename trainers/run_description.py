"""The description of a run in its `training.json`, by which it is resumed."""

import json
import os
from pathlib import Path

import pydantic

from ..layers.plain.errors import UserError
from ..layers.plain.read_json import read_json
from ..layers.text import Tokenizer, load_tokenizer
from ..zoo.model_directory import read_description
from ..zoo.tasks import TextModel
from .data.corpus import Corpus
from .recipes import recipe_for
from .resolved_request import ResolvedRequest, all_files
from .run_metrics import MAX_DESCRIPTION_BYTES, TRAINING_FILE
from .strict_config import StrictConfig
from .training_config import TrainingConfig

MOVABLE = {"steps", "epochs", "data.num_parallel_calls"}  # batches are the same whoever makes them
# What a tokenizer is asked for by, where it is not its kind.
KINDS = {"char": "character", "unigram": "sentencepiece"}


class _Digests(StrictConfig):
    """Keys of the corpora; "" for none."""

    data: str
    valid: str


class RunDescription(StrictConfig):
    """`training.json`: files, digests of what the model reads of them, and all settings.

    A setting that the run's version did not have yet has its default.
    """

    data: list[str]
    valid: list[str]
    digests: _Digests
    training: TrainingConfig


def describe_run(resolved: ResolvedRequest, corpus: Corpus, valid: Corpus | None) -> str:
    """What `training.json` holds: files, digests of what the model reads of them, and all settings."""
    described = RunDescription(
        data=[str(path) for path in all_files(resolved.data)],
        valid=[str(path) for path in all_files(resolved.valid)],
        digests=_Digests(data=corpus.key, valid=valid.key if valid else ""),
        training=resolved.training,
    )
    return json.dumps(described.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"


def check_same_run(
    resolved: ResolvedRequest, directory: Path, *, tokenizer: Tokenizer, corpus: Corpus, valid: Corpus | None
) -> None:
    """A run goes on with the text, the tokenizer, the model and the settings it began with; only its end may move.

    Raises:
        UserError: something else was asked for, in one line; or `training.json` is missing or damaged.
    """
    _check_same_tokenizer(resolved, directory, tokenizer)
    run, held = read_run(directory), read_description(directory)
    then, now = run.model_dump(mode="json"), json.loads(describe_run(resolved, corpus, valid))
    then["training"] = run.training.for_task(resolved.task).checked_for(resolved.task).model_dump(mode="json")
    if then["training"]["tasks"].keys() != now["training"]["tasks"].keys():
        had = ", ".join(then["training"]["tasks"]) or "one task"
        raise UserError(f"--resume: {directory} was begun with {had}; name the same with --tasks")
    _check_same_values(directory, "", then["training"], now["training"], MOVABLE)
    _check_same_values(directory, "", {"task": held["task"]}, {"task": resolved.task}, set())
    _check_same_values(directory, "task.", held["options"], resolved.asked_options, set())
    _check_same_values(
        directory,
        "model.",
        held["config"],
        resolved.config.to_dict(),
        {f"model.{field}" for field in resolved.config.fields_from_text},
    )
    for option, digest in now["digests"].items():
        if then["digests"][option] != digest:
            files = ", ".join(then[option]) or "none"
            raise UserError(f"--resume: {directory} was begun with another text in --{option} ({files}); name that one")


def read_run(directory: Path | str) -> RunDescription:
    """Reads the `training.json` of a run.

    Raises:
        UserError: missing or damaged.
    """
    path = Path(directory) / TRAINING_FILE
    described = read_json(path, max_bytes=MAX_DESCRIPTION_BYTES, mend="put it back, or begin anew in another folder")
    try:
        return RunDescription.model_validate(described)
    except pydantic.ValidationError as error:
        fault = error.errors(include_url=False)[0]
        field = ".".join(str(part)[:60] for part in fault["loc"])
        raise UserError(f"{path} is damaged ({field}: {fault['msg']}); begin anew in another folder") from None


def _check_same_values(directory, prefix, then, now, movable):
    for key, value in now.items():
        if f"{prefix}{key}" in movable or then.get(key) == value:
            continue
        if isinstance(value, dict) and isinstance(then.get(key), dict):
            _check_same_values(directory, f"{prefix}{key}.", then[key], value, movable)
            continue
        raise UserError(
            f"--resume: {directory} was begun with {prefix}{key} {then.get(key)!r}, not {value!r}; keep the first"
        )


def _check_same_tokenizer(resolved, directory, tokenizer):
    request = resolved.request
    asked = request.tokenizer
    if asked is not None and Path(asked).is_dir():
        other = load_tokenizer(asked)
        parts = [(each.kind, each.options, each.vocabulary) for each in (tokenizer, other)]
        same = parts[0] == parts[1]
    else:
        same = asked is None or KINDS.get(asked, asked) == tokenizer.kind
    if not same:
        raise UserError(
            f"--resume: {directory} has a {tokenizer.kind} tokenizer of its own, not {asked}; leave --tokenizer out"
        )
    size = request.vocabulary_size
    if size is not None and tokenizer.vocabulary_size > size:
        raise UserError(
            f"--resume: the tokenizer of {directory} has {tokenizer.vocabulary_size:,} tokens, more than {size:,}; "
            "leave --vocabulary-size out"
        )


def training_of(directory: Path, model: TextModel, *, head: str | None = None) -> TrainingConfig:
    """How the model of a run was trained; the recipe of its name for one that no run trained.

    Args:
        directory: of the run.
        model: that it holds.
        head: the name of the model's head, where it is one of several.

    Raises:
        UserError: `training.json` is damaged.
    """
    if not os.path.lexists(directory / TRAINING_FILE):
        return recipe_for(model.name, model.config.family)
    training = read_run(directory).training
    return training if head is None else training.of_task(head)
