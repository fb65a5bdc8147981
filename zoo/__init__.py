"""What the models are: the catalogue, the families, the tasks they are used for, decoding and export.

The catalogue is here at once. The other public names, which need TensorFlow, are found on first use (PEP 562).
"""

from importlib import import_module
from typing import TYPE_CHECKING

from .model_config import ModelConfig
from .named_model import NamedModel

# Not on first use: loading named_model.py puts the module under this function's name; this puts the function back.
from .registry import named_model, named_models, register_model

if TYPE_CHECKING:
    from .decoding import register_decoder
    from .model_directory import create, load, save
    from .tasks import CausalLM

__all__ = [
    "CausalLM",
    "ModelConfig",
    "NamedModel",
    "create",
    "load",
    "named_model",
    "named_models",
    "register_decoder",
    "register_model",
    "save",
]

_HOMES = {
    ".decoding": ("register_decoder",),
    ".model_directory": ("create", "load", "save"),
    ".tasks": ("CausalLM",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str):
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name], __name__), name)
    globals()[name] = value  # the next access does not come here
    return value


def __dir__():
    return sorted({*globals(), *__all__})
