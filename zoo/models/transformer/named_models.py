"""The named models of the first Transformers."""

from ...registry import register_model
from .transformer_config import TransformerConfig

VASWANI = "Vaswani et al. 2017, arXiv:1706.03762"
VASWANI_URL = "https://arxiv.org/abs/1706.03762"


@register_model(task="seq2seq_lm", paper=VASWANI, url=VASWANI_URL)
def transformer_tiny() -> TransformerConfig:
    """Two layers of 32 units on each side for tests and first steps: 74,752 parameters."""
    return TransformerConfig(vocabulary_size=1000, num_layers=2, num_heads=2, hidden_dim=32, intermediate_dim=64)


@register_model(task="seq2seq_lm", paper=VASWANI, url=VASWANI_URL)
def transformer_base() -> TransformerConfig:
    """Six layers of 512 units on each side, for translation: 63,082,496 parameters.

    Counted with one shared embedding of 37,000 tokens, biases in all dense layers but the output, and two or three
    norms a block. The paper says 65 million, with "about 37000 tokens" and without saying what has a bias: its figure
    would need 40,700 tokens here, and that of `transformer_big` 35,800.
    """
    return TransformerConfig(vocabulary_size=37000, num_layers=6, num_heads=8, hidden_dim=512, intermediate_dim=2048)


@register_model(task="seq2seq_lm", paper=VASWANI, url=VASWANI_URL)
def transformer_big() -> TransformerConfig:
    """Six layers of 1,024 units on each side, for translation from English to German: 214,245,376 parameters.

    The paper says 213 million; see `transformer_base` for what is counted.
    """
    return transformer_base().variant(num_heads=16, hidden_dim=1024, intermediate_dim=4096, dropout=0.3)
