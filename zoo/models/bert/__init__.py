"""BERT and the models with its body. Importing this loads no TensorFlow."""

from . import named_models
from .bert_config import BertConfig

__all__ = ["BertConfig", "named_models"]
