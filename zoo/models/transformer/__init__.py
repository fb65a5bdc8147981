"""The first Transformers. Importing this loads no TensorFlow."""

from . import named_models
from .transformer_config import TransformerConfig

__all__ = ["TransformerConfig", "named_models"]
