"""The tasks by name: what models are used for."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from ...layers.plain.registry import Registry

if TYPE_CHECKING:
    from .text_model import TextModel

TaskClass = TypeVar("TaskClass", bound="type[TextModel]")

TASKS: "Registry[type[TextModel]]" = Registry("task", own_package=__package__ or "")
"""Name -> class; other packages bring theirs by the entry-point group `langzoo.task`."""


def register_task(name: str) -> Callable[[TaskClass], TaskClass]:
    """Class decorator: makes every command know a task.

    The class says in `bodies` which bodies it fits, makes its head from the configuration's `head_style` and the body's
    `hidden_dim`, and answers texts in `answer`. How it learns is registered with
    `langzoo.trainers.tasks.register_task_training`.

    Args:
        name: lower-case letters, digits, `_`; it becomes the class's `task`.

    Raises:
        ValueError: a bad name, no docstring, or a taken name (both places are named).
    """

    def decorate(cls: TaskClass) -> TaskClass:
        cls.task = name
        return TASKS.register(name)(cls)

    return decorate
