"""DistilBERT. Importing this loads no TensorFlow."""

from . import named_models
from .distilbert_config import DistilBertConfig

__all__ = ["DistilBertConfig", "named_models"]
