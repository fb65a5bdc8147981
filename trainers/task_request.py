"""Requests for one of several tasks. Importing this loads no TensorFlow."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..layers.plain.did_you_mean import unknown_name_message
from ..layers.plain.errors import UserError
from ..layers.plain.read_json import read_json

MAX_BYTES = 2**20
KEYS = ("task", "data", "valid", "reader", "reader_options", "columns", "labels", "skip_bad", "metrics", "set")
"""Keys of a task in the file: the names of options of `langzoo train`."""
_OF_DATA = ("reader", "reader_options", "columns", "labels", "skip_bad")
_KINDS: dict[str, type] = {"task": str, "reader": str, "skip_bad": bool}
_KINDS |= dict.fromkeys(("reader_options", "columns", "set"), dict)


@dataclasses.dataclass(frozen=True, kw_only=True)
class TaskRequest:
    """The files and settings of one of several tasks on one body.

    Attributes:
        data: its files to train on.
        valid: its files to validate on; all tasks have some, or none does.
        task: a task or the name of a data set; None if the name of the request is that of the task.
        settings: dotted keys, as in `TrainRequest`, of settings specific to a task: `data.*` except for the batch size,
            `objective.*`, `task.*`, `metrics`, `monitor`, `monitor_direction`.
    """

    data: Sequence[Path | str]
    valid: Sequence[Path | str] = ()
    task: str | None = None
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def read_task_requests(path: Path | str) -> dict[str, TaskRequest]:
    """Reads the tasks in a JSON file: name -> files and options of `langzoo train`, see `KEYS`.

    Args:
        path: path of the file; the files that it names are relative to the current directory.

    Raises:
        UserError: no such file, or an entry that is unknown or of the wrong type.

    Example:
        >>> _ = Path("tasks.json").write_text('{"sst2": {"data": "train.tsv", "valid": "dev.tsv"}}')
        >>> read_task_requests("tasks.json")["sst2"].data
        ['train.tsv']
    """
    found = read_json(path, max_bytes=MAX_BYTES, mend="see docs/training.md")
    return {name: _request(f"--tasks {path}: {name}", described) for name, described in found.items()}


def _request(place: str, described: Any) -> TaskRequest:
    if not isinstance(described, dict):
        raise UserError(f'{place} must be an object such as {{"data": "train.tsv"}}, not {str(described)[:60]!r}')
    for key, value in described.items():
        if key not in KEYS:
            raise UserError(unknown_name_message(f"key of {place}:", key, KEYS))
        if key in _KINDS and not isinstance(value, _KINDS[key]):
            raise UserError(f"{place}: {key} must be a {_KINDS[key].__name__}, not {str(value)[:60]!r}")
    lists = {
        key: _names(f"{place}: {key}", described[key])
        for key in ("data", "valid", "labels", "metrics")
        if key in described
    }
    if not lists.get("data"):
        raise UserError(f"{place} names no files: give it data")
    settings = {f"data.{key}": lists.get(key, described[key]) for key in _OF_DATA if key in described}
    settings |= {"metrics": lists["metrics"]} if "metrics" in lists else {}
    return TaskRequest(
        data=lists["data"],
        valid=lists.get("valid", []),
        task=described.get("task"),
        settings={**settings, **described.get("set", {})},
    )


def _names(place: str, value: Any) -> list[str]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise UserError(f"{place} must be a name or a list of names, not {str(value)[:60]!r}")
    return names
