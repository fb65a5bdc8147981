"""Registry of objectives. Importing this loads no TensorFlow."""

from collections.abc import Callable
from typing import TypeVar

from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError
from ...layers.plain.registry import Registry
from ...zoo.objective import Objective

Decorated = TypeVar("Decorated", bound=type[Objective])

OBJECTIVES: Registry[type[Objective]] = Registry("objective", own_package=__name__.rpartition(".")[0])


def register_objective(name: str) -> Callable[[Decorated], Decorated]:
    """Decorator that registers an `Objective`: `--set objective.name=NAME` selects it for the tasks that it names.

    A package from outside uses it in a module that it names as an entry point of the group `langzoo.objective`. Its
    module should load TensorFlow inside its methods: settings are checked before TensorFlow is loaded.

    Raises:
        ValueError: an invalid name, no docstring, or a taken name (both places are named).

    Example:
        >>> from langzoo.trainers.objectives import NextToken, register_objective
        >>> @register_objective("halved_next_token")
        ... class HalvedNextToken(NextToken):
        ...     '''The next token, at half the rate.'''
        ...     is_default = False
        ...     def __init__(self, *, scale=1.0, **kwargs):
        ...         super().__init__(scale=scale / 2, **kwargs)
    """
    return OBJECTIVES.register(name)


def default_objective(task: str) -> str | None:
    """The default objective of a task; None if none is registered.

    Example:
        >>> default_objective("masked_lm")
        'masked_token'
    """
    for known in (OBJECTIVES.own, lambda: {entry.name: entry.value for entry in OBJECTIVES.entries()}):
        for name, kind in known().items():
            if task in kind.tasks and kind.is_default:
                return name
    return None


def objective_for(name: str, task: str) -> type[Objective]:
    """Returns the objective of that name.

    Raises:
        UserError: the name is unknown, or the objective is not for the task; those for the task are named.
    """
    kind = OBJECTIVES[name]
    if task not in kind.tasks:
        fitting = [entry.name for entry in OBJECTIVES.entries() if task in entry.value.tasks]
        raise UserError(unknown_name_message(f"objective of the task {task}:", name, fitting))
    return kind
