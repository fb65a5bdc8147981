"""Language models that read the characters of words. Importing this loads no TensorFlow."""

from . import named_models
from .char_cnn_lstm_config import CharCNNLSTMConfig

__all__ = ["CharCNNLSTMConfig", "named_models"]
