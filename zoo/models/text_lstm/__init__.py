"""LSTMs for whole texts, in one direction or both. Importing this loads no TensorFlow."""

from . import named_models
from .text_lstm_config import TextLSTMConfig

__all__ = ["TextLSTMConfig", "named_models"]
