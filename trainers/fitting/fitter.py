"""The base of fitters."""

import abc
from collections.abc import Callable
from typing import TypeVar

from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError
from ...layers.plain.registry import Registry
from ...zoo.model_config import ModelConfig
from ..prepared_run import PreparedRun
from ..train_result import TrainResult


class Fitter(abc.ABC):
    """Builds the model of a run and fits its weights; a family names its fitters in `ModelConfig.fitter`."""

    @abc.abstractmethod
    def fit(self, run: PreparedRun) -> TrainResult:
        """Trains the model and writes it into the run directory, with its description, metrics and card.

        Raises:
            UserError: the request cannot be carried out; raised before anything is written.
        """


Decorated = TypeVar("Decorated", bound=type[Fitter])

FITTERS: Registry[type[Fitter]] = Registry("fitter", own_package=__name__.rpartition(".")[0])


def register_fitter(name: str) -> Callable[[Decorated], Decorated]:
    """Decorator that registers a `Fitter`, of this package or of one with an entry point in the group `langzoo.fitter`.

    Raises:
        ValueError: an invalid name, no docstring, or a taken name (both places are named).
    """
    return FITTERS.register(name)


def fitter_for(config: ModelConfig, name: str = "") -> Fitter:
    """Returns the fitter of a model.

    Args:
        config: configuration of the model.
        name: name of the fitter; "" for the family's usual one.

    Raises:
        UserError: the family has no such fitter; its fitters are named.
    """
    known = (config.fitter, *config.other_fitters)
    if name and name not in known:
        raise UserError(f"--set fitter: {unknown_name_message(f'fitter of {config.family} models:', name, known)}")
    return FITTERS[name or config.fitter]()
