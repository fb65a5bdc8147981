"""GRU language models. Importing this loads no TensorFlow."""

from . import named_models
from .gru_config import GRUConfig

__all__ = ["GRUConfig", "named_models"]
