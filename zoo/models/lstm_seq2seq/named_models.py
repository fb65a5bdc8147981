"""The named LSTM encoder-decoders."""

from ...registry import register_model
from .lstm_seq2seq_config import LSTMSeq2SeqConfig

LUONG = "Bahdanau et al. 2015, arXiv:1409.0473; Luong et al. 2015, arXiv:1508.04025"
LUONG_URL = "https://arxiv.org/abs/1508.04025"


@register_model(task="seq2seq_lm", paper=LUONG, url=LUONG_URL)
def lstm_seq2seq_tiny() -> LSTMSeq2SeqConfig:
    """Two layers of 24 units on each side for tests and first steps: 64,744 parameters."""
    return LSTMSeq2SeqConfig(
        vocabulary_size=1000,
        embedding_dim=24,
        hidden_dim=24,
        character_dim=4,
        filters=((1, 4), (2, 8)),
        max_word_length=12,
        max_sequence_length=128,
    )


@register_model(task="seq2seq_lm", paper=LUONG, url=LUONG_URL)
def lstm_seq2seq_base() -> LSTMSeq2SeqConfig:
    """Two layers of 320 units on each side, for translation: 4,744,921 parameters."""
    return LSTMSeq2SeqConfig(vocabulary_size=4000, embedding_dim=256, hidden_dim=320, dropout=0.2)
