"""Convolutions over the words of a text. Importing this loads no TensorFlow."""

from . import named_models
from .text_cnn_config import TextCNNConfig

__all__ = ["TextCNNConfig", "named_models"]
