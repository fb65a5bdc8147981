"""Simple recurrent language models. Importing this loads no TensorFlow."""

from . import named_models
from .rnnlm_config import RNNLMConfig

__all__ = ["RNNLMConfig", "named_models"]
