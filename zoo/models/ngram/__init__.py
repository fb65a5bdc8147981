"""Language models by counting. Importing this loads no TensorFlow."""

from . import named_models
from .ngram_config import NgramConfig

__all__ = ["NgramConfig", "named_models"]
