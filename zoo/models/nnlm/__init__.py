"""Feed-forward language models. Importing this loads no TensorFlow."""

from . import named_models
from .nnlm_config import NNLMConfig

__all__ = ["NNLMConfig", "named_models"]
