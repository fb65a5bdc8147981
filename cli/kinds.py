"""The kinds of named things, for `langzoo list --kind` and `langzoo describe --kind`."""

import dataclasses
import inspect
import warnings
from importlib import import_module
from typing import Any

from ..layers.plain.did_you_mean import unknown_name_message
from ..layers.plain.errors import UserError
from ..layers.plain.plugin_warning import PluginWarning
from ..layers.plain.registry import Registry, unknown_groups

# The module that defines the registry of each kind; its entries are in that folder and in other packages.
_HOMES = {
    "data_set": "trainers.data.sets:DATA_SETS",
    "decoder": "zoo.decoding.make_decoder:DECODERS",
    "exporter": "zoo.exporter:EXPORTERS",
    "fitter": "trainers.fitting.fitter:FITTERS",
    "logit_rule": "layers.plain.logit_rules:LOGIT_RULES",
    "metric": "trainers.evaluation.metrics:METRICS",
    "model": "zoo.registry:MODELS",
    "objective": "trainers.objectives:OBJECTIVES",
    "optimizer": "trainers.optimizers.register_optimizer:OPTIMIZERS",
    "reader": "trainers.data.readers:READERS",
    "recipe": "trainers.recipes.recipe:RECIPES",
    "schedule": "trainers.schedules.register_schedule:SCHEDULES",
    "task": "zoo.tasks:TASKS",
    "task_training": "trainers.tasks:TRAININGS",
    "tokenizer": "layers.text:TOKENIZERS",
}
KINDS = tuple(_HOMES)


def registry_of(kind: str) -> Registry:
    """Returns the registry of a kind; a package that registers an unknown kind is reported.

    Raises:
        UserError: There is no such kind.
    """
    if kind not in _HOMES:
        raise UserError(unknown_name_message("kind", kind, KINDS))
    for failure in unknown_groups(list(KINDS)):
        warnings.warn(PluginWarning(failure), stacklevel=2)
    module, _, name = _HOMES[kind].partition(":")
    return getattr(import_module(f"..{module}", __package__), name)


def facts_of(value: Any) -> dict[str, str]:
    """Returns the facts that a reader or a data set declares in addition to its docstring; {} for other kinds."""
    facts: Any = getattr(value, "facts", None)
    return dict[str, str](facts()) if callable(facts) else {}  # type: ignore[call-overload]


def options_of(value: Any) -> list[tuple[str, str, str]]:
    """Returns name, type and default of each setting that a registered object declares.

    The settings of an objective are the fields of its `Config`, those of a decoder or a logit rule the fields of the
    dataclass, and those of a reader the result of `own_options`.
    """
    config = getattr(value, "Config", value)
    own_options: Any = getattr(value, "own_options", None)
    if callable(own_options):
        fields = [(name, type(default), default) for name, default in dict[str, Any](own_options()).items()]  # type: ignore[call-overload]
    elif hasattr(config, "model_fields"):
        fields = [(name, field.annotation, field.default) for name, field in config.model_fields.items()]
    elif inspect.isclass(config) and dataclasses.is_dataclass(config):
        fields = [(field.name, field.type, field.default) for field in dataclasses.fields(config)]
    else:
        return []
    return [(name, _type_name(kind), "" if _is_missing(default) else repr(default)) for name, kind, default in fields]


def _type_name(kind: Any) -> str:
    return kind.__name__ if inspect.isclass(kind) else str(kind)


def _is_missing(default: Any) -> bool:
    return default is dataclasses.MISSING or type(default).__name__ == "PydanticUndefinedType"
