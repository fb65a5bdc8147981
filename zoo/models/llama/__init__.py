"""LLaMA and its like. Importing this loads no TensorFlow."""

from . import named_models
from .llama_config import LlamaConfig

__all__ = ["LlamaConfig", "named_models"]
