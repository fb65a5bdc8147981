"""The named regularised LSTM language models."""

from ...registry import register_model
from .awd_lstm_config import AWDLSTMConfig

MERITY = "Merity, Keskar & Socher 2018, arXiv:1708.02182"


@register_model(paper=MERITY)
def awd_lstm_tiny() -> AWDLSTMConfig:
    """Two layers of 32 and 24 units for tests and first steps: 37,768 parameters."""
    return AWDLSTMConfig(vocabulary_size=1000, embedding_dim=24, hidden_dim=32, num_layers=2)


@register_model(paper=MERITY)
def awd_lstm() -> AWDLSTMConfig:
    """Three layers of 1,150, 1,150 and 400 units, for Penn Treebank: 24,210,800 parameters."""
    return AWDLSTMConfig(vocabulary_size=10_000, embedding_dim=400, hidden_dim=1150)
