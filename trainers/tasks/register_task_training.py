"""Registry of the trainings of tasks."""

from collections.abc import Callable
from typing import TypeVar

from ...layers.plain.errors import UserError
from ...layers.plain.registry import Registry
from .task_training import TaskTraining

Decorated = TypeVar("Decorated", bound=type[TaskTraining])

TRAININGS: Registry[type[TaskTraining]] = Registry("task_training", own_package=__name__.rpartition(".")[0])


def training_class(task: str) -> type[TaskTraining]:
    """Returns the training of a task.

    Raises:
        UserError: models of the task cannot be trained here.

    Example:
        >>> training_class("masked_lm").item
        'masked token'
    """
    found = TRAININGS.find(task)
    if found is None:
        others = "; ".join([", ".join(TRAININGS), *TRAININGS.failures])
        raise UserError(f"models of the task {task} cannot be trained here; those that can: {others}")
    return found.value


def register_task_training(task: str) -> Callable[[Decorated], Decorated]:
    """Class decorator that registers the training of a task for `train` and `evaluate`; of this package or another.

    A package from outside uses it in a module that it names as an entry point of the group `langzoo.task_training`.

    Args:
        task: the name of the task; it becomes the class's `task`.

    Raises:
        ValueError: the task is registered already (both places are named), or the class has no docstring.
    """

    def decorate(cls: Decorated) -> Decorated:
        cls.task = task
        return TRAININGS.register(task)(cls)

    return decorate
