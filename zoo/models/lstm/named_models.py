"""The named models of the LSTM family."""

from ...registry import register_model
from .lstm_config import LSTMConfig

ZAREMBA = "Zaremba, Sutskever & Vinyals 2014, arXiv:1409.2329"


@register_model(paper="Mikolov et al. 2010; Sundermeyer et al. 2012")
def lstm_tiny() -> LSTMConfig:
    """One layer of 32 units for tests and first steps: 73,320 parameters."""
    return LSTMConfig(vocabulary_size=1000, embedding_dim=32, hidden_dim=32, num_layers=1)


@register_model(paper=ZAREMBA)
def lstm_small() -> LSTMConfig:
    """Two layers of 200 units, not regularised, for Penn Treebank: 4,651,600 parameters."""
    return LSTMConfig(
        vocabulary_size=10_000,
        embedding_dim=200,
        hidden_dim=200,
        num_layers=2,
        forget_bias=0.0,
        initializer_range=0.1,
    )


@register_model(paper=ZAREMBA)
def lstm_medium() -> LSTMConfig:
    """Two layers of 650 units with dropout 0.5, for Penn Treebank: 19,775,200 parameters."""
    return lstm_small().variant(embedding_dim=650, hidden_dim=650, dropout=0.5, initializer_range=0.05)


@register_model(paper=ZAREMBA)
def lstm_large() -> LSTMConfig:
    """Two layers of 1,500 units with dropout 0.65, for Penn Treebank: 66,022,000 parameters."""
    return lstm_small().variant(embedding_dim=1500, hidden_dim=1500, dropout=0.65, initializer_range=0.04)


@register_model(paper="Press & Wolf 2017, arXiv:1608.05859; Inan et al. 2017, arXiv:1611.01462")
def lstm_tied() -> LSTMConfig:
    """One layer of 200 units whose embedding is the output matrix, with dropout 0.4: 1,325,800 parameters."""
    return LSTMConfig(vocabulary_size=5000, embedding_dim=200, hidden_dim=200, dropout=0.4, tie_embeddings=True)


@register_model(paper="Karpathy, Johnson & Fei-Fei 2015, arXiv:1506.02078")
def char_lstm() -> LSTMConfig:
    """Two layers of 256 units over characters or bytes: 936,513 parameters with 257 tokens."""
    return LSTMConfig(vocabulary_size=257, embedding_dim=64, hidden_dim=256, num_layers=2, dropout=0.2)
