"""Checks of several tasks that one body learns. Importing this loads no TensorFlow."""

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..layers.plain.errors import UserError
from .resolved_request import ResolvedRequest
from .task_config import TaskConfig
from .training_config import MEAN, TrainingConfig

if TYPE_CHECKING:
    from .train_request import TrainRequest

MULTI_TASK = "multi_task"
_OF_EACH = ("objective.", "task.")
_OF_ALL = ("data.batch_size", "data.shuffle", "data.set", "data.num_parallel_calls")
_OF_BOTH = ("data.sequence_length", "data.buckets", "data.skip_bad")
_JUDGED = ("metrics", "monitor", "monitor_direction")


def check_tasks(request: "TrainRequest") -> dict[str, ResolvedRequest]:
    """Checks each of the tasks as if it were alone; returns none if there is only one task.

    Raises:
        UserError: a setting of one task is given for all, or the other way round; a task has an invalid name, does not
            fit the body or occurs twice; or anything else that is wrong with one of them, after its name.
    """
    if not request.tasks:
        if request.task == MULTI_TASK:
            raise UserError("--task multi_task: name the tasks and their files with --tasks")
        return {}
    given = {"--data": request.data, "--valid": request.valid, "--task": request.task}
    for option, value in given.items():
        if value:
            raise UserError(f"{option} is for one task: leave it out, --tasks sets it per task")
    for key in request.settings:
        if (
            key.startswith(_OF_EACH)
            or key == "metrics"
            or (key.startswith("data.") and key not in (*_OF_ALL, *_OF_BOTH))
        ):
            raise UserError(f"--set {key} belongs to one task: put it into --tasks, under its name")
    if len({bool(task.valid) for task in request.tasks.values()}) > 1:
        without = next(name for name, task in request.tasks.items() if not task.valid)
        raise UserError(f"the task {without} has no validation files, but others do: give them to all, or to none")
    found = {name: _alone(request, name) for name in request.tasks}
    seen: dict[Any, str] = {}
    for name, each in found.items():
        what = (each.task, tuple(map(str, request.tasks[name].data)), each.training.data.model_dump_json())
        if what in seen:
            raise UserError(f"the tasks {seen[what]} and {name} are the same, with the same files: leave one out")
        seen[what] = name
    return found


def _alone(request: "TrainRequest", name: str) -> ResolvedRequest:
    own = request.tasks[name]
    if not name or not all((letter.isalnum() and letter.isascii()) or letter in "_-" for letter in name):
        raise UserError(f"--tasks: the name of a task must be letters, digits, _ and -, not {name[:60]!r}")
    shared = {key: value for key, value in request.settings.items() if key not in _JUDGED}
    try:
        for key in own.settings:
            if (not key.startswith(("data.", *_OF_EACH)) and key not in _JUDGED) or key in _OF_ALL:
                raise UserError(f"{key} applies to all tasks: use --set")
        return dataclasses.replace(
            request,
            tasks={},
            task=own.task or name,
            data=own.data,
            valid=own.valid,
            settings={**shared, **own.settings},
        ).resolve()
    except UserError as error:
        raise UserError(f"the task {name}: {error}") from error


def with_tasks(
    training: TrainingConfig,
    parts: Mapping[str, ResolvedRequest],
    *,
    settings: Mapping[str, Any],
    kept: Mapping[str, Any],
) -> TrainingConfig:
    """Returns the settings of all tasks, with those of each.

    Args:
        training: the settings of all tasks.
        parts: name -> the request of each task alone.
        settings: the settings given by the user.
        kept: the heads of the starting run, if they are kept.

    Raises:
        UserError: the starting run has other heads.
    """
    if not parts:
        return training
    tasks = {
        name: TaskConfig(
            task=each.task,
            options=each.asked_options,
            data=each.training.data,
            objective=each.training.objective,
            metrics=each.training.metrics,
            monitor=each.training.monitor,
            monitor_direction=each.training.monitor_direction,
        )
        for name, each in parts.items()
    }
    of_run = {name: head["task"] for name, head in kept.items()}
    if kept and of_run != {name: each.task for name, each in tasks.items()}:
        raise UserError(
            f"the starting run has the heads {', '.join(of_run)}, not {', '.join(tasks)}: name its tasks, or "
            "use --new-head for new heads"
        )
    training = training.model_copy(update={"tasks": tasks, "metrics": []})
    judged = all(each.monitor != "loss" for each in tasks.values()) and training.mean_direction is not None
    if "monitor" not in settings and judged:
        training = training.model_copy(update={"monitor": MEAN})
    return training
