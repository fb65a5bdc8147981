"""The named LSTMs that read a whole text."""

from ...registry import register_model
from .text_lstm_config import TextLSTMConfig

GRAVES = "Graves & Schmidhuber 2005; Conneau et al. 2017, arXiv:1705.02364"


@register_model(task="text_classifier", paper=GRAVES)
def text_bilstm_tiny() -> TextLSTMConfig:
    """One layer of 2 x 24 units for tests and first steps: 43,042 parameters with two classes."""
    return TextLSTMConfig(vocabulary_size=1000, embedding_dim=32, hidden_dim=24)


@register_model(task="text_classifier", paper=GRAVES)
def text_bilstm() -> TextLSTMConfig:
    """One layer of 2 x 256 units, the greatest of each over the text, dropout 0.5: 4,141,762 parameters."""
    return TextLSTMConfig(vocabulary_size=10_000, embedding_dim=300, hidden_dim=256, dropout=0.5)


@register_model(task="text_classifier", paper="Yang et al. 2016, aclanthology.org/N16-1174")
def text_bilstm_attention() -> TextLSTMConfig:
    """The same with a learned weight for each token: 4,404,930 parameters."""
    return text_bilstm().variant(pooling="attention")


@register_model(task="text_classifier", paper="Hochreiter & Schmidhuber 1997")
def text_lstm() -> TextLSTMConfig:
    """One layer of 256 units that reads forwards; its last state decides: 3,570,882 parameters."""
    return text_bilstm().variant(directions="forward", pooling="last_state")
