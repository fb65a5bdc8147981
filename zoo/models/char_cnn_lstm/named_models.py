"""The named models that read the characters of words."""

from ...registry import register_model
from .char_cnn_lstm_config import CharCNNLSTMConfig

KIM = "Kim, Jernite, Sontag & Rush 2016, arXiv:1508.06615"


@register_model(paper=KIM)
def char_cnn_lstm_tiny() -> CharCNNLSTMConfig:
    """Filters of widths 1 to 3 and an LSTM of 32 units, for tests and first steps: 64,440 parameters."""
    return CharCNNLSTMConfig(
        vocabulary_size=1000,
        character_dim=8,
        filters=((1, 8), (2, 16), (3, 16)),
        hidden_dim=32,
        num_layers=1,
        max_word_length=16,
    )


@register_model(paper=KIM)
def char_cnn_lstm_small() -> CharCNNLSTMConfig:
    """LSTM-Char-Small: 525 filters of widths 1 to 6, two LSTMs of 300 units: 5,553,235 parameters, 240,000 a table."""
    return CharCNNLSTMConfig(
        vocabulary_size=10_000,
        filters=tuple((width, 25 * width) for width in range(1, 7)),
        hidden_dim=300,
        dropout=0.5,
    )
