"""The next word from a window that is read in both directions. Importing this loads no TensorFlow."""

from . import named_models
from .bidirectional_lstm_config import BidirectionalLSTMConfig

__all__ = ["BidirectionalLSTMConfig", "named_models"]
