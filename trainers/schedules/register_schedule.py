"""Registry of learning-rate schedules. Importing this loads no TensorFlow."""

from collections.abc import Callable
from typing import Any

from ...layers.plain.registry import Registry

Decay = Callable[[Any, Any], Any]

SCHEDULES: Registry[Decay] = Registry("schedule", own_package=__name__.rpartition(".")[0])


def register_schedule(name: str) -> Callable[[Decay], Decay]:
    """Decorator that registers a function (rate, step) -> factor of the rate for `--set optimizer.schedule=NAME`.

    `rate` is the `LearningRate`, whose attributes it may read, and `step` a float32 scalar starting at 0. It should
    import TensorFlow itself: names are checked before TensorFlow is loaded. A package from outside uses it in a
    module that it names as an entry point of the group `langzoo.schedule`.

    Raises:
        ValueError: an invalid name, no docstring, or a taken name (both places are named).

    Example:
        >>> @register_schedule("halved")
        ... def halved(rate, step):
        ...     '''Half the rate, always.'''
        ...     return 0.5
    """
    return SCHEDULES.register(name)
