"""The families with published weights, of this package and of others."""

import functools
import importlib
from collections.abc import Callable, Mapping
from typing import Any

from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError
from ..model_config import ModelConfig
from ..registry import MODELS
from .foreign_family import ForeignFamily

_ATTRIBUTE = "FOREIGN"
_MAX_REASON = 300  # characters of somebody else's message


def foreign_family(config: ModelConfig) -> ForeignFamily:
    """The published form of the family of a configuration.

    Raises:
        UserError: no published form of the family is known.

    Example:
        >>> from langzoo.zoo import named_model
        >>> foreign_family(named_model("gpt2_tiny").config).model_types
        ('gpt2',)
    """
    found = _load(type(config))
    if found is None:
        message = unknown_name_message("family for Hugging Face's format", config.family, foreign_families())
        raise UserError("; ".join([message, *_failures()]))
    return found


def foreign_families() -> dict[str, ForeignFamily]:
    """All of them, by name, without those of packages that fail to load."""
    MODELS.find("")  # loads external packages
    return _known()


def find_foreign_family(fits: Callable[[str, ForeignFamily], bool]) -> ForeignFamily | None:
    """Finds the first that fits, by name; ours come first, and other packages are not loaded for one of ours.

    Args:
        fits: a predicate of the name of a family and its published form.

    Example:
        >>> find_foreign_family(lambda name, foreign: "ernie" in foreign.model_types).model_types
        ('bert', 'ernie')
    """
    for families in (_known, foreign_families):
        for name, foreign in families().items():
            if fits(name, foreign):
                return foreign
    return None


def checkpoint_configs() -> dict[str, Callable[[Mapping[str, Any]], ModelConfig]]:
    """File next to a TensorFlow checkpoint -> function that makes the configuration from its content.

    Example:
        >>> sorted(checkpoint_configs())
        ['bert_config.json', 'hparams.json']
    """
    readers = {}
    for foreign in foreign_families().values():
        readers = {**foreign.checkpoint_configs, **readers}
    return dict(sorted(readers.items()))


def supported_model_types() -> str:
    """The supported model types, and the packages that fail, for messages."""
    names = sorted(name for foreign in foreign_families().values() for name in foreign.model_types)
    return "; ".join([f"supported: {', '.join(names)}", *_failures()])


def _known() -> dict[str, ForeignFamily]:
    """The families of the models registered so far, ours first."""
    found = {}
    for cls in _classes():
        try:
            foreign = _load(cls)
        except UserError:  # which `_failures` reports
            continue
        if foreign is not None:
            found[cls.family] = foreign
    return found


def _classes() -> list[type[ModelConfig]]:
    ours = __name__.partition(".")[0] + "."
    classes = [MODELS.config_class(name) for name in MODELS.families()]
    return sorted(classes, key=lambda cls: (not cls.__module__.startswith(ours), cls.family))


def _failures() -> list[str]:
    failures = MODELS.failures
    for cls in _classes():
        try:
            _load(cls)
        except UserError as error:
            failures.append(str(error))
    return failures


@functools.cache
def _load(cls: type[ModelConfig]) -> ForeignFamily | None:
    """The published form that the class itself names; None if it names none."""
    name = vars(cls).get("foreign")
    if not name:
        return None
    try:
        module = importlib.import_module(name, cls.__module__.rpartition(".")[0])
        foreign = getattr(module, _ATTRIBUTE)
        if not isinstance(foreign, ForeignFamily):
            raise TypeError(f"{_ATTRIBUTE} must be a ForeignFamily, not {type(foreign).__name__}")
    except Exception as error:  # other packages can fail in any way, and must be named in any case
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:_MAX_REASON]
        raise UserError(
            f"what others call the family {cls.family!r} cannot be loaded ({cls.__module__}.{cls.__name__}: foreign = "
            f"{name!r}: {reason}); fix or uninstall its package"
        ) from error
    return foreign
