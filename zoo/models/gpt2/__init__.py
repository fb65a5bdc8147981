"""GPT-2 and its like. Importing this loads no TensorFlow."""

from . import named_models
from .gpt2_config import GPT2Config

__all__ = ["GPT2Config", "named_models"]
