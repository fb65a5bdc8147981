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
    """Makes the model of a run and finds its weights; a family names its own in `ModelConfig.fitter`."""

    @abc.abstractmethod
    def fit(self, run: PreparedRun) -> TrainResult:
        """Trains the model and writes it into the run directory, with its description, metrics and card.

        Raises:
            UserError: the request cannot be carried out; told before anything is written.
        """


Decorated = TypeVar("Decorated", bound=type[Fitter])

FITTERS: Registry[type[Fitter]] = Registry("fitter", own_package=__name__.rpartition(".")[0])


def register_fitter(name: str) -> Callable[[Decorated], Decorated]:
    """Decorator of a `Fitter`, of this package or of another that names its module in the group `langzoo.fitter`.

    Raises:
        ValueError: a bad name, no docstring, or a taken name (both places are named).
    """
    return FITTERS.register(name)


def fitter_for(config: ModelConfig, name: str = "") -> Fitter:
    """The fitter of a model.

    Args:
        config: of the model.
        name: that was asked for; "" for the family's usual one.

    Raises:
        UserError: the family has no such way; those that it has are named.
    """
    known = (config.fitter, *config.other_fitters)
    if name and name not in known:
        raise UserError(f"--set fitter: {unknown_name_message(f'fitter of {config.family} models:', name, known)}")
    return FITTERS[name or config.fitter]()
