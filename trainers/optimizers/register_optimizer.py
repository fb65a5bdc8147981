"""Registry of optimizers. Importing this loads no TensorFlow."""

from collections.abc import Callable
from typing import Any

from ...layers.plain.registry import Registry

MakeOptimizer = Callable[..., Any]

OPTIMIZERS: Registry[MakeOptimizer] = Registry("optimizer", own_package=f"{__name__.rpartition('.')[0]}.kinds")


def register_optimizer(name: str) -> Callable[[MakeOptimizer], MakeOptimizer]:
    """Decorator that registers a function returning a Keras optimizer: `--set optimizer.name=NAME` selects it.

    It is called with an `OptimizerConfig` and the keyword arguments `learning_rate`, a schedule, `global_clipnorm` and
    `weight_decay`, which every Keras optimizer takes. It should import Keras itself: names are checked before
    TensorFlow is loaded. A package from outside uses it in a module that it names as an entry point of the group
    `langzoo.optimizer`.

    Raises:
        ValueError: an invalid name, no docstring, or a taken name (both places are named).

    Example:
        >>> @register_optimizer("lion")
        ... def lion(part, **shared):
        ...     '''Lion (Chen et al. 2023).'''
        ...     return keras.optimizers.Lion(beta_1=part.beta_1, beta_2=part.beta_2, **shared)
    """
    return OPTIMIZERS.register(name)
