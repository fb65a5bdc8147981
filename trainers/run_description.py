"""What a run is, in its `training.json`, so that it goes on as what it began."""

import json
from pathlib import Path
from typing import Any

import pydantic

from ..layers.errors import UserError
from ..layers.text import Tokenizer, load_tokenizer
from ..zoo.model_directory import read_description
from ..zoo.tasks import TextModel
from .data.corpus import Corpus
from .recipes import recipe_for
from .resolved_request import ResolvedRequest
from .train_request import TRAINING_FILE
from .training_config import TrainingConfig

MOVABLE = {"steps", "epochs"}
# Fields of a model's configuration that follow from the text.
FROM_TEXT = {"vocabulary_size", "num_bigrams"}
# What a tokenizer is asked for by, where it is not its kind.
KINDS = {"char": "character", "unigram": "sentencepiece"}


def describe_run(resolved: ResolvedRequest, corpus: Corpus, valid: Corpus | None) -> str:
    """What `training.json` holds: files, digests of what the model reads of them, and all settings."""
    request = resolved.request
    described = {
        "data": [str(path) for path in request.data],
        "valid": [str(path) for path in request.valid],
        "digests": {"data": corpus.key, "valid": valid.key if valid else ""},
        "training": resolved.training.model_dump(mode="json"),
    }
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


def check_same_run(
    resolved: ResolvedRequest, directory: Path, *, tokenizer: Tokenizer, corpus: Corpus, valid: Corpus | None
) -> None:
    """A run goes on with the text, the tokenizer, the model and the settings it began with; only its end may move.

    Raises:
        UserError: something else was asked for, in one line; or `training.json` is missing or damaged.
    """
    _check_same_tokenizer(resolved, directory, tokenizer)
    then, now = _read(directory), json.loads(describe_run(resolved, corpus, valid))
    # A setting that the run's version did not have yet was what is its default now.
    begun = {**TrainingConfig().model_dump(mode="json"), **then["training"]}
    _check_same_values(directory, "", begun, now["training"], MOVABLE)
    held = read_description(directory)
    _check_same_values(directory, "", {"task": held["task"]}, {"task": resolved.task}, set())
    _check_same_values(directory, "model.", held["config"], resolved.config.to_dict(), FROM_TEXT)
    for option, digest in now["digests"].items():
        if then["digests"][option] != digest:
            files = ", ".join(then[option]) or "none"
            raise UserError(f"--resume: {directory} was begun with another text in --{option} ({files}); name that one")


def _read(directory: Path) -> dict[str, Any]:
    path = directory / TRAINING_FILE
    try:
        described = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(described["training"], dict) or described["digests"].keys() != {"data", "valid"}:
            raise ValueError("settings or digests are not there")
        if not all(isinstance(name, str) for name in (*described["data"], *described["valid"])):
            raise ValueError("data and valid must be names of files")
    except FileNotFoundError:
        raise UserError(f"--resume: {path} is missing; begin anew in another folder") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"--resume: {path} is damaged ({error}); begin anew in another folder") from None
    return described


def _check_same_values(directory, prefix, then, now, movable):
    for key, value in now.items():
        if key in movable or then.get(key) == value:
            continue
        if isinstance(value, dict) and isinstance(then.get(key), dict):
            _check_same_values(directory, f"{prefix}{key}.", then[key], value, set())
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


def training_of(directory: Path, model: TextModel) -> TrainingConfig:
    """How the model of a run was trained; the recipe of its name for one that no run trained.

    Raises:
        UserError: `training.json` is damaged.
    """
    if not (directory / TRAINING_FILE).is_file():
        return recipe_for(model.name, model.config.family)
    try:
        return TrainingConfig.model_validate(_read(directory)["training"])
    except pydantic.ValidationError as error:
        raise UserError(f"{directory / TRAINING_FILE} is damaged: {error.errors()[0]['msg']}") from None
