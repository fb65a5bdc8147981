"""The catalogue of named models."""

import fnmatch
import inspect
from collections.abc import Callable
from typing import TypeVar

from ..layers.plain.did_you_mean import unknown_name_message
from ..layers.plain.errors import UserError
from ..layers.plain.registry import Registry
from .model_config import ModelConfig
from .named_model import NamedModel

MakeConfig = TypeVar("MakeConfig", bound=Callable[[], ModelConfig])


class ModelRegistry(Registry[NamedModel]):
    """A registry of named models, of this package and of other packages.

    Args:
        own_package: the full name of the package with a folder per family, which registers its models when it is
            imported; see `Registry`.

    Example:
        >>> registry = ModelRegistry(own_package="langzoo.layers.plain")
        >>> @registry.register_model(paper="Nobody 2025")
        ... def uniform():
        ...     '''Every word as likely as the next.'''
        ...     return UniformConfig(vocabulary_size=10)
        >>> [model.name for model in registry.named_models()]
        ['uniform']
    """

    def __init__(self, *, own_package: str):
        super().__init__("model", own_package=own_package, folders_only=True, hint="langzoo list")

    def register_model(
        self, name: str | None = None, *, task: str = "causal_lm", paper: str = "", url: str = ""
    ) -> Callable[[MakeConfig], MakeConfig]:
        """Decorates a function without arguments that returns a `ModelConfig`; see `langzoo.zoo.register_model`."""
        if name is not None and not isinstance(name, str):
            raise ValueError(
                f"register_model: name must be a string or left out, with brackets: @register_model(); {name!r}"
            )

        def register(make_config: MakeConfig) -> MakeConfig:
            if getattr(make_config, "__code__", None) is None or inspect.signature(make_config).parameters:
                raise ValueError(f"register_model: must decorate a function without arguments, not {make_config!r}")
            model = NamedModel(
                name=name or make_config.__name__,
                task=task,
                paper=paper,
                url=url,
                description=(inspect.getdoc(make_config) or "").partition("\n")[0].strip(),
                make_config=make_config,
            )
            self.add(model.name, model, source=make_config)
            return make_config

        return register

    def named_models(self, pattern: str | None = None) -> list[NamedModel]:
        """All models by name, with a `PluginWarning` for every package whose models could not be loaded.

        Args:
            pattern: a pattern of names, as for file names: `"lstm*"`, `"*_tiny"`.
        """
        models = [entry.value for entry in self.entries()]
        return [model for model in models if pattern is None or fnmatch.fnmatchcase(model.name, pattern)]

    def config_class(self, family: str) -> type[ModelConfig]:
        """The configuration class of a family; those of this package are looked up first.

        Raises:
            UserError: no registered model is of that family; the message gives the packages that fail to load.
        """
        classes = _classes(self.own())
        if family not in classes:
            self.find("")  # loads external packages
            classes = _classes(self.own())
        if family not in classes:
            raise UserError("; ".join([unknown_name_message("family", family, classes), *self.failures]))
        return classes[family]

    def families(self) -> list[str]:
        """The names of the families of this package."""
        return sorted(_classes(self.own()))

    def check(self, value: NamedModel) -> None:
        """Makes the configuration; an error is reported with the name of the package."""
        _ = value.config


def _classes(models: dict[str, NamedModel]) -> dict[str, type[ModelConfig]]:
    return {type(model.config).family: type(model.config) for model in models.values()}


MODELS = ModelRegistry(own_package=f"{__package__}.models")


def register_model(
    name: str | None = None, *, task: str = "causal_lm", paper: str = "", url: str = ""
) -> Callable[[MakeConfig], MakeConfig]:
    """Registers a model under a name, for all commands.

    Decorates a function without arguments that returns a `ModelConfig`; the docstring's first line describes the model.
    Other packages call this too, in a module that they declare as an entry point of the group `langzoo.model`.

    Args:
        name: lower-case letters, digits, `_`, `.` and `-`; by default the function's name.
        task: the default task of the model.
        paper: the publication, in a short form.
        url: the address of the publication.

    Raises:
        ValueError: an invalid name, no docstring, a function with arguments, or a name in use (both places are named).

    Example:
        >>> from langzoo.zoo import named_model, register_model
        >>> from langzoo.zoo.models.lstm import LSTMConfig
        >>> @register_model(paper="Zaremba et al. 2014, arXiv:1409.2329")
        ... def my_lstm():
        ...     '''An LSTM of a single layer.'''
        ...     return LSTMConfig(vocabulary_size=100, hidden_dim=8)
        >>> named_model("my_lstm").description
        'An LSTM of a single layer.'
    """
    return MODELS.register_model(name, task=task, paper=paper, url=url)


def named_model(name: str) -> NamedModel:
    """Finds a model by name; `UserError` with the nearest names if there is none.

    Example:
        >>> named_model("lstm_small").paper
        'Zaremba, Sutskever & Vinyals 2014, arXiv:1409.2329'
    """
    return MODELS[name]


def named_models(pattern: str | None = None) -> list[NamedModel]:
    """All models by name, or those whose names match a pattern such as `"lstm*"`.

    Example:
        >>> "lstm_small" in [model.name for model in named_models("lstm*")]
        True
    """
    return MODELS.named_models(pattern)


def find_model(name: str) -> NamedModel | None:
    """Finds a model by name, or None; external packages that fail to load are ignored.

    Example:
        >>> find_model("no_such_model") is None
        True
    """
    entry = MODELS.find(name)
    return entry and entry.value


def config_class(family: str) -> type[ModelConfig]:
    """The configuration class of a family, of this package or of another one that registered a model.

    Raises:
        UserError: no registered model is of that family.

    Example:
        >>> config_class("lstm").__name__
        'LSTMConfig'
    """
    return MODELS.config_class(family)
