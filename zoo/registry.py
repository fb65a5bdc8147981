"""The catalogue: which models have a name."""

import fnmatch
import importlib
import importlib.metadata
import inspect
import re
import warnings
from collections.abc import Callable, Sequence
from typing import TypeVar

from ..layers.plain.did_you_mean import unknown_name_message
from ..layers.plain.errors import UserError
from .model_config import ModelConfig
from .named_model import NamedModel
from .plugin_warning import PluginWarning

MakeConfig = TypeVar("MakeConfig", bound=Callable[[], ModelConfig])

FAMILIES = (
    "lstm",
    "ngram",
    "bilstm",
    "bert",
    "roberta",
    "distilbert",
    "electra",
    "gpt2",
    "llama",
    "t5",
    "transformer",
    "transformer_lm",
    "pangu",
)
ENTRY_POINT_GROUP = "langzoo.models"

_MAX_REASON = 300  # characters of somebody else's message
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")  # a name is also a folder of saved_models/


class ModelRegistry:
    """Named models: those of this package and those that other packages bring.

    Nothing is imported before the first look-up. Then the modules in `own_modules` are, and, when a name is not among
    theirs or all names are asked for, every entry point of `entry_point_group`. A broken package from outside never
    stands in the way of other models: its own are left out, and who asks for all models, or for one that is not there,
    is told. Another package may also just call `register_model` when it is imported.

    Args:
        own_modules: full names of the modules that register this package's models; no other module can take the names
            that they use.
        entry_point_group: group of entry points of other packages; each value is a module, which registers its models
            when it is imported, or `module:function`, which is called without arguments.

    Example:
        >>> registry = ModelRegistry(own_modules=(), entry_point_group="example.none")
        >>> @registry.register_model(paper="Nobody 2025")
        ... def uniform():
        ...     '''Every word as likely as the next.'''
        ...     return UniformConfig(vocabulary_size=10)
        >>> [model.name for model in registry.named_models()]
        ['uniform']
    """

    def __init__(self, *, own_modules: Sequence[str], entry_point_group: str):
        self._own_modules = tuple(own_modules)
        self._entry_point_group = entry_point_group
        self._models: dict[str, NamedModel] = {}
        self._own_loaded = False
        self._outside_loaded = False
        self._failures: list[str] = []

    def register_model(
        self, name: str | None = None, *, task: str = "causal_lm", paper: str = "", url: str = ""
    ) -> Callable[[MakeConfig], MakeConfig]:
        """Decorates a function without arguments that returns a `ModelConfig`; see `langzoo.zoo.register_model`."""
        if name is not None and not isinstance(name, str):
            raise ValueError(
                f"register_model: name must be a string or left out, with brackets: @register_model(); {name!r}"
            )

        def register(make_config: MakeConfig) -> MakeConfig:
            self._add(make_config, name or make_config.__name__, task=task, paper=paper, url=url)
            return make_config

        return register

    def named_model(self, name: str) -> NamedModel:
        """The model of that name.

        Raises:
            UserError: there is none, with the nearest names, and with the packages that fail to load.
        """
        model = self.find_model(name)
        if model is None:
            message = unknown_name_message("model", name, self._models, hint="langzoo list")
            raise UserError("; ".join([message, *self._failures]))
        return model

    def find_model(self, name: str) -> NamedModel | None:
        """The model of that name, or None."""
        self._load_own()
        if name not in self._models:
            self._load_outside()
        return self._models.get(name)

    def named_models(self, pattern: str | None = None) -> list[NamedModel]:
        """All models, by name, with a `PluginWarning` for every package whose models are left out.

        Args:
            pattern: only names that match, as in file names: `"lstm*"`, `"*_tiny"`.
        """
        self._load_own()
        self._load_outside()
        for failure in self._failures:
            warnings.warn(PluginWarning(failure), stacklevel=2)
        names = sorted(name for name in self._models if pattern is None or fnmatch.fnmatchcase(name, pattern))
        return [self._models[name] for name in names]

    def config_class(self, family: str) -> type[ModelConfig]:
        """The configuration class of a family; those of this package are looked up first.

        Raises:
            UserError: no registered model is of that family, with the packages that fail to load.
        """
        self._load_own()
        classes = self._classes()
        if family not in classes:
            self._load_outside()
            classes = self._classes()
        if family not in classes:
            raise UserError("; ".join([unknown_name_message("family", family, classes), *self._failures]))
        return classes[family]

    def _classes(self) -> dict[str, type[ModelConfig]]:
        return {type(model.config).family: type(model.config) for model in self._models.values()}

    def _add(self, make_config: Callable[[], ModelConfig], name: str, *, task: str, paper: str, url: str) -> None:
        place = _place(make_config)
        if not _NAME.fullmatch(name):
            raise ValueError(f"register_model: name must be of a-z, 0-9, '_', '.' and '-', not {name!r} ({place})")
        description = (inspect.getdoc(make_config) or "").partition("\n")[0].strip()
        if not description:
            raise ValueError(f"register_model: {name} needs a docstring; its first line describes the model ({place})")
        if not self._is_own(make_config):
            self._load_own()  # ours come first, so that the one who is told of a taken name is the one who took it
        earlier = self._models.get(name)
        if earlier is not None and earlier.place != place:  # the same place: its module was loaded again
            raise ValueError(f"register_model: the name {name!r} is taken by {earlier.place}; second: {place}")
        self._models[name] = NamedModel(
            name=name, task=task, paper=paper, url=url, description=description, make_config=make_config, place=place
        )

    def _is_own(self, make_config: Callable[[], ModelConfig]) -> bool:
        module = make_config.__module__
        return any(module == own or module.startswith(own + ".") for own in self._own_modules)

    def _load_own(self) -> None:
        if self._own_loaded:
            return
        for module in self._own_modules:
            importlib.import_module(module)
        self._own_loaded = True

    def _load_outside(self) -> None:
        if self._outside_loaded:
            return
        self._outside_loaded = True  # at once: a package may look models up while it is loaded
        for entry_point in importlib.metadata.entry_points(group=self._entry_point_group):
            before = set(self._models)
            try:
                loaded = entry_point.load()
                if callable(loaded):
                    loaded()
                for name in self._models.keys() - before:
                    _ = self._models[name].config  # what cannot be made is told now, with the package's name
            except Exception as error:  # somebody else's code can fail in any way, and must be named whatever it is
                for name in self._models.keys() - before:
                    del self._models[name]
                self._failures.append(_failure(entry_point, error))


def _failure(entry_point: importlib.metadata.EntryPoint, error: Exception) -> str:
    package = entry_point.dist.name if entry_point.dist else entry_point.value
    reason = " ".join(f"{type(error).__name__}: {error}".split())[:_MAX_REASON]
    return (
        f"the package {package!r} brings models to langzoo but fails to load ({entry_point.value}: {reason}); mend or "
        "uninstall it"
    )


def _place(make_config: Callable[[], ModelConfig]) -> str:
    code = getattr(make_config, "__code__", None)
    if code is None or inspect.signature(make_config).parameters:
        raise ValueError(f"register_model: must decorate a function without arguments, not {make_config!r}")
    return f"{make_config.__module__}.{make_config.__qualname__} ({code.co_filename}:{code.co_firstlineno})"


MODELS = ModelRegistry(
    own_modules=tuple(f"{__package__}.models.{family}" for family in FAMILIES), entry_point_group=ENTRY_POINT_GROUP
)


def register_model(
    name: str | None = None, *, task: str = "causal_lm", paper: str = "", url: str = ""
) -> Callable[[MakeConfig], MakeConfig]:
    """Gives a model a name, by which every command knows it.

    Decorates a function without arguments that returns a `ModelConfig`; the docstring's first line describes the model.
    A package from outside calls this too, in a module that it names as an entry point of the group `langzoo.models`.

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
    return MODELS.named_model(name)


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
    return MODELS.find_model(name)


def config_class(family: str) -> type[ModelConfig]:
    """The configuration class of a family, ours or one that another package registered a model of.

    Raises:
        UserError: no registered model is of that family.

    Example:
        >>> config_class("lstm").__name__
        'LSTMConfig'
    """
    return MODELS.config_class(family)
