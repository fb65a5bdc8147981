"""What the models are: the catalogue, the families, the tasks they are used for, decoding and export.

The public names are found on first use (PEP 562): the catalogue needs no TensorFlow, the models do.
"""

from typing import TYPE_CHECKING

from ..layers.plain.lazy_names import lazy_names

if TYPE_CHECKING:
    from .decoding import register_decoder as register_decoder
    from .model_config import ModelConfig as ModelConfig
    from .model_directory import create as create
    from .model_directory import load as load
    from .model_directory import save as save
    from .named_model import NamedModel as NamedModel
    from .registry import named_model as named_model
    from .registry import named_models as named_models
    from .registry import register_model as register_model
    from .tasks import CausalLM as CausalLM

_HOMES = {
    ".decoding": ("register_decoder",),
    ".model_directory": ("create", "load", "save"),
    ".model_config": ("ModelConfig",),
    ".named_model": ("NamedModel",),
    ".registry": ("named_model", "named_models", "register_model"),
    ".tasks": ("CausalLM",),
}

lazy_names(__name__, _HOMES)
