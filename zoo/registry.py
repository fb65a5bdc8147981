"""The catalogue: which models have a name."""

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
    """Named models: those of this package and those that other packages bring.

    Args:
        own_package: full name of the package with a folder for each family, whose models are registered when it is
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
        """All models, by name, with a `PluginWarning` for every package whose models are left out.

        Args:
            pattern: only names that match, as in file names: `"lstm*"`, `"*_tiny"`.
        """
        models = [entry.value for entry in self.entries()]
        return [model for model in models if pattern is None or fnmatch.fnmatchcase(model.name, pattern)]

    def config_class(self, family: str) -> type[ModelConfig]:
        """The configuration class of a family; those of this package are looked up first.

        Raises:
            UserError: no registered model is of that family, with the packages that fail to load.
        """
        classes = _classes(self.own())
        if family not in classes:
            self.find("")  # loads the packages from outside
            classes = _classes(self.own())
        if family not in classes:
            raise UserError("; ".join([unknown_name_message("family", family, classes), *self.failures]))
        return classes[family]

    def families(self) -> list[str]:
        """The families of this package, by name."""
        return sorted(_classes(self.own()))

    def check(self, value: NamedModel) -> None:
        """Makes the configuration: what cannot be made is told with the package's name."""
        _ = value.config


def _classes(models: dict[str, NamedModel]) -> dict[str, type[ModelConfig]]:
    return {type(model.config).family: type(model.config) for model in models.values()}


MODELS = ModelRegistry(own_package=f"{__package__}.models")


def register_model(
    name: str | None = None, *, task: str = "causal_lm", paper: str = "", url: str = ""
) -> Callable[[MakeConfig], MakeConfig]:
    """Gives a model a name, by which every command knows it.

    Decorates a function without arguments that returns a `ModelConfig`; the docstring's first line describes the model.
    A package from outside calls this too, in a module that it names as an entry point of the group `langzoo.model`.

    Args:
        name: lower-case letters, digits, `_`, `.` and `-`; by default the function's name.
        task: what the model is used for by default.
        paper: the publication, in a short form.
        url: where to read it.

    Raises:
        ValueError: a bad name, no docstring, a function with arguments, or a taken name (both places are named).

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
    """The model of that name; `UserError` with the nearest names if there is none.

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
    """The model of that name, or None; a broken package from outside is no matter.

    Example:
        >>> find_model("no_such_model") is None
        True
    """
    entry = MODELS.find(name)
    return entry and entry.value


def config_class(family: str) -> type[ModelConfig]:
    """The configuration class of a family, ours or one that another package registered a model of.

    Raises:
        UserError: no registered model is of that family.

    Example:
        >>> config_class("lstm").__name__
        'LSTMConfig'
    """
    return MODELS.config_class(family)
