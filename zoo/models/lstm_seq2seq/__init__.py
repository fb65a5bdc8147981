"""LSTM encoder-decoders. Importing this loads no TensorFlow."""

from . import named_models
from .lstm_seq2seq_config import LSTMSeq2SeqConfig

__all__ = ["LSTMSeq2SeqConfig", "named_models"]
