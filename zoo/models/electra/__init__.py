"""ELECTRA. Importing this loads no TensorFlow."""

from . import named_models
from .electra_config import ElectraConfig

__all__ = ["ElectraConfig", "named_models"]
