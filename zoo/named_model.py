"""Entries of the model catalogue."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from ..layers.plain.errors import UserError
from ..layers.plain.registry import place_of
from .model_config import ModelConfig


@dataclass(frozen=True)
class NamedModel:
    """A model of the catalogue: its name, its publication, and the function that makes its configuration.

    The configuration is made on first use, so loading a catalogue of hundreds costs nothing.

    Attributes:
        name: the name, as on the command line.
        task: the default task, e.g. `"causal_lm"`.
        paper: the publication, in a short form.
        url: its address; empty if there is none.
        description: a line of text.
        make_config: the registered function.

    Example:
        >>> from langzoo.zoo import named_model
        >>> named_model("lstm_small").family
        'lstm'
    """

    name: str
    task: str
    paper: str
    url: str
    description: str
    make_config: Callable[[], ModelConfig] = field(repr=False)

    @cached_property
    def config(self) -> ModelConfig:
        """The configuration; raises a UserError if the registered function returns anything else."""
        config = self.make_config()
        if not isinstance(config, ModelConfig):
            raise UserError(f"{place_of(self.make_config)} must return a ModelConfig, not {type(config).__name__}")
        return config

    @property
    def family(self) -> str:
        """The name of the family, from the configuration."""
        return type(self.config).family

    @property
    def parameters(self) -> int:
        """The number of parameters, including the head of the model's task."""
        config = self.config
        # Tasks are not checked, which would import TensorFlow: those of the catalogue fit.
        return config.body_count() + config.head_count(self.task)
