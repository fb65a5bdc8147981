"""Regularised LSTM language models. Importing this loads no TensorFlow."""

from . import named_models
from .awd_lstm_config import AWDLSTMConfig

__all__ = ["AWDLSTMConfig", "named_models"]
