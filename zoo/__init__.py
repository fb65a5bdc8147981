"""What the models are: the catalogue, the families, the tasks they are used for, decoding and export.

The catalogue is here at once. The other public names, which need TensorFlow, are found on first use (PEP 562).
"""

from typing import TYPE_CHECKING

from ..layers.lazy_names import lazy_names
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

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
