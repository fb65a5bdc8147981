"""The named models that read a window in both directions."""

from ...registry import register_model
from .bidirectional_lstm_config import BidirectionalLSTMConfig


@register_model(paper="Schuster & Paliwal 1997; Graves & Schmidhuber 2005")
def bilstm_next_word() -> BidirectionalLSTMConfig:
    """Embedding of 64, bidirectional LSTM of 64, softmax over the next word: 259,048 parameters with 1,000 tokens."""
    return BidirectionalLSTMConfig(vocabulary_size=1000)
