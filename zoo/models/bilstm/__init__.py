"""Bidirectional next-word models over a window. Importing this loads no TensorFlow."""

from . import named_models
from .bidirectional_lstm_config import BidirectionalLSTMConfig

__all__ = ["BidirectionalLSTMConfig", "named_models"]
