"""Transformer language models with sinusoidal positions. Importing this loads no TensorFlow."""

from . import named_models
from .transformer_lm_config import TransformerLMConfig

__all__ = ["TransformerLMConfig", "named_models"]
