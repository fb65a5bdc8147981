"""RoBERTa. Importing this loads no TensorFlow."""

from . import named_models
from .roberta_config import RobertaConfig

__all__ = ["RobertaConfig", "named_models"]
