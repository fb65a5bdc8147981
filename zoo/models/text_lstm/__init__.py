"""LSTMs that read a text to understand it, in one direction or both. Importing this loads no TensorFlow."""

from . import named_models
from .text_lstm_config import TextLSTMConfig

__all__ = ["TextLSTMConfig", "named_models"]
