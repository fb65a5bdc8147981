"""The named models of the T5 family."""

from ...registry import register_model
from .t5_config import T5Config

RAFFEL = "Raffel et al. 2019, arXiv:1910.10683"
RAFFEL_URL = "https://arxiv.org/abs/1910.10683"
SHAZEER = "Raffel et al. 2019, arXiv:1910.10683; Shazeer 2020, arXiv:2002.05202"


@register_model(task="seq2seq_lm", paper=RAFFEL, url=RAFFEL_URL)
def t5_tiny() -> T5Config:
    """Two layers of 32 units on each side for tests and first steps: 73,472 parameters."""
    return T5Config(vocabulary_size=1000, num_layers=2, num_heads=2, head_dim=16, hidden_dim=32, intermediate_dim=64)


@register_model(task="seq2seq_lm", paper=RAFFEL, url=RAFFEL_URL)
def t5_small() -> T5Config:
    """Six layers of 512 units on each side: 60,506,624 parameters.

    The paper says 60 million. The vocabulary of all T5 models is 32,100 tokens, padded to a multiple of 128.
    """
    return T5Config(
        vocabulary_size=32128, num_layers=6, num_heads=8, head_dim=64, hidden_dim=512, intermediate_dim=2048
    )


@register_model(task="seq2seq_lm", paper=RAFFEL, url=RAFFEL_URL)
def t5_base() -> T5Config:
    """Twelve layers of 768 units on each side: 222,903,552 parameters.

    The paper says 220 million.
    """
    return t5_small().variant(num_layers=12, num_heads=12, hidden_dim=768, intermediate_dim=3072)


@register_model(task="seq2seq_lm", paper=RAFFEL, url=RAFFEL_URL)
def t5_large() -> T5Config:
    """Twenty-four layers of 1,024 units on each side: 737,668,096 parameters.

    The paper says 770 million, for the same sizes.
    """
    return t5_small().variant(num_layers=24, num_heads=16, hidden_dim=1024, intermediate_dim=4096)


@register_model(task="seq2seq_lm", paper=SHAZEER, url=RAFFEL_URL)
def t5_v1_1_small() -> T5Config:
    """Eight layers of 512 units on each side, gated, output untied: 76,961,152 parameters."""
    return t5_small().variant(
        num_layers=8, num_heads=6, intermediate_dim=1024, feed_forward="gated_gelu", tie_embeddings=False
    )


@register_model(task="seq2seq_lm", paper=SHAZEER, url=RAFFEL_URL)
def t5_v1_1_base() -> T5Config:
    """Twelve layers of 768 units on each side, gated, output untied: 247,577,856 parameters."""
    return t5_v1_1_small().variant(num_layers=12, num_heads=12, hidden_dim=768, intermediate_dim=2048)


@register_model(task="seq2seq_lm", paper=SHAZEER, url=RAFFEL_URL)
def t5_v1_1_large() -> T5Config:
    """Twenty-four layers of 1,024 units on each side, gated, output untied: 783,150,080 parameters."""
    return t5_v1_1_small().variant(num_layers=24, num_heads=16, hidden_dim=1024, intermediate_dim=2816)
