"""A model of the catalogue, before it is built."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from ..layers.plain.errors import UserError
from ..layers.plain.registry import place_of
from .model_config import ModelConfig


@dataclass(frozen=True)
class NamedModel:
    """A name, where it comes from, and the function that makes its configuration.

    The configuration is made on first use, so a catalogue of hundreds costs nothing to load.

    Attributes:
        name: what it is called on the command line.
        task: what it is used for by default, e.g. `"causal_lm"`.
        paper: the publication, in a short form.
        url: where to read it; empty if nowhere.
        description: one line.
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
        """The configuration; UserError if the registered function returns anything else."""
        config = self.make_config()
        if not isinstance(config, ModelConfig):
            raise UserError(f"{place_of(self.make_config)} must return a ModelConfig, not {type(config).__name__}")
        return config

    @property
    def family(self) -> str:
        """Name of the family, from the configuration."""
        return type(self.config).family

    @property
    def parameters(self) -> int:
        """Number of trained numbers, with the head of the model's task."""
        config = self.config
        # Without a look at the tasks, for which TensorFlow would be imported: those of the catalogue fit.
        return config.body_count() + config.head_count(self.task)
