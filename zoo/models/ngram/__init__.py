"""Language models from counts. Importing this loads no TensorFlow."""

from . import named_models
from .backoff_config import BackoffConfig
from .ngram_config import NgramConfig

__all__ = ["BackoffConfig", "NgramConfig", "named_models"]
