"""Recurrent layers: the cells that step over time, and the encoder that stacks them."""

from .attention_decoder import AttentionDecoder
from .elman import Elman
from .gru import GRU
from .last_tokens import last_tokens
from .lstm import LSTM
from .lstm_recurrence import lstm_recurrence
from .recurrence import recurrence
from .recurrent_encoder import RecurrentEncoder
from .sliding_window import SlidingWindow

__all__ = [
    "GRU",
    "LSTM",
    "AttentionDecoder",
    "Elman",
    "RecurrentEncoder",
    "SlidingWindow",
    "last_tokens",
    "lstm_recurrence",
    "recurrence",
]
