"""Recurrent layers: the LSTM with its recurrence, and the encoder that stacks it."""

from .lstm import LSTM
from .lstm_encoder import LSTMEncoder
from .lstm_recurrence import lstm_recurrence
from .sliding_window import SlidingWindow

__all__ = ["LSTM", "LSTMEncoder", "SlidingWindow", "lstm_recurrence"]
