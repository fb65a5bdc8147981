"""LSTM language models. Importing this loads no TensorFlow."""

from . import named_models
from .lstm_config import LSTMConfig

__all__ = ["LSTMConfig", "named_models"]
