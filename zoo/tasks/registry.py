"""The registry of tasks."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from ...layers.plain.registry import Registry

if TYPE_CHECKING:
    from .text_model import TextModel

TaskClass = TypeVar("TaskClass", bound="type[TextModel]")

TASKS: "Registry[type[TextModel]]" = Registry("task", own_package=__package__ or "")
"""Name -> class; other packages add theirs through the entry-point group `langzoo.task`."""


def register_task(name: str) -> Callable[[TaskClass], TaskClass]:
    """Class decorator that registers a task for all commands.

    The class declares in `bodies` which bodies it fits, makes its head from the configuration's `head_style` and the
    body's `hidden_dim`, and answers texts in `answer`. Its training is registered with
    `langzoo.trainers.tasks.register_task_training`.

    Args:
        name: lower-case letters, digits, `_`; it becomes the class's `task`.

    Raises:
        ValueError: an invalid name, no docstring, or a name in use (both places are named).
    """

    def decorate(cls: TaskClass) -> TaskClass:
        cls.task = name
        return TASKS.register(name)(cls)

    return decorate
