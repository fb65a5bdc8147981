"""The description of a run in its `training.json`, which is checked when the run is resumed."""

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

MOVABLE = {"steps", "epochs", "data.num_parallel_calls"}  # batches are the same whichever process makes them
# The names by which a tokenizer may be requested, if other than its kind.
KINDS = {"char": "character", "unigram": "sentencepiece"}


class _Digests(StrictConfig):
    """Keys of the corpora; "" for none."""

    data: str
    valid: str


class RunDescription(StrictConfig):
    """`training.json`: files, digests of what the model reads from them, and all settings.

    A setting that did not exist in the version of the run gets its default.
    """

    data: list[str]
    valid: list[str]
    digests: _Digests
    training: TrainingConfig


def describe_run(resolved: ResolvedRequest, corpus: Corpus, valid: Corpus | None) -> str:
    """Returns the content of `training.json`: files, digests of what the model reads from them, and all settings."""
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
    """Checks that a run continues with its original text, tokenizer, model and settings; only its end may change.

    Raises:
        UserError: something else is requested, on one line; or `training.json` is missing or damaged.
    """
    _check_same_tokenizer(resolved, directory, tokenizer)
    run, held = read_run(directory), read_description(directory)
    then, now = run.model_dump(mode="json"), json.loads(describe_run(resolved, corpus, valid))
    then["training"] = run.training.for_task(resolved.task).checked_for(resolved.task).model_dump(mode="json")
    if then["training"]["tasks"].keys() != now["training"]["tasks"].keys():
        had = ", ".join(then["training"]["tasks"]) or "one task"
        raise UserError(f"--resume: {directory} was started with {had}; name the same with --tasks")
    movable = MOVABLE | {f"tasks.{name}.{key}" for name in now["training"]["tasks"] for key in MOVABLE}
    _check_same_values(directory, "", then["training"], now["training"], movable)
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
            raise UserError(f"--resume: {directory} was started with another --{option} ({files}); use that one")


def read_run(directory: Path | str) -> RunDescription:
    """Reads the `training.json` of a run.

    Raises:
        UserError: missing or damaged.
    """
    path = Path(directory) / TRAINING_FILE
    described = read_json(path, max_bytes=MAX_DESCRIPTION_BYTES, mend="put it back, or start again in another folder")
    try:
        return RunDescription.model_validate(described)
    except pydantic.ValidationError as error:
        fault = error.errors(include_url=False)[0]
        field = ".".join(str(part)[:60] for part in fault["loc"])
        raise UserError(f"{path} is damaged ({field}: {fault['msg']}); start again in another folder") from None


def _check_same_values(directory, prefix, then, now, movable):
    for key, value in now.items():
        if f"{prefix}{key}" in movable or then.get(key) == value:
            continue
        if isinstance(value, dict) and isinstance(then.get(key), dict):
            _check_same_values(directory, f"{prefix}{key}.", then[key], value, movable)
            continue
        raise UserError(
            f"--resume: {directory} was started with {prefix}{key} {then.get(key)!r}, not {value!r}; keep that value"
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
    """Returns the training settings of a run; for a model without a training run, the recipe of its name.

    Args:
        directory: the run directory.
        model: the model of the run.
        head: the name of the model's head, if it is one of several.

    Raises:
        UserError: `training.json` is damaged.
    """
    if not os.path.lexists(directory / TRAINING_FILE):
        return recipe_for(model.name, model.config.family)
    training = read_run(directory).training
    return training if head is None else training.of_task(head)
