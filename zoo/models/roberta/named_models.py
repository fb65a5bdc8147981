"""The named models of the RoBERTa family."""

from ...registry import register_model
from .roberta_config import RobertaConfig

LIU = "Liu et al. 2019, arXiv:1907.11692"
LIU_URL = "https://arxiv.org/abs/1907.11692"


@register_model(task="masked_lm", paper=LIU, url=LIU_URL)
def roberta_tiny() -> RobertaConfig:
    """Two layers of 32 units for tests and first steps: 63,784 parameters."""
    return RobertaConfig(
        vocabulary_size=1000, num_layers=2, num_heads=2, hidden_dim=32, intermediate_dim=128, max_sequence_length=128
    )


@register_model(task="masked_lm", paper=LIU, url=LIU_URL)
def roberta_base() -> RobertaConfig:
    """Twelve layers of 768 units over bytes paired into tokens: 124,697,433 parameters.

    The authors say 125 million.
    """
    return RobertaConfig(vocabulary_size=50265, num_layers=12, num_heads=12, hidden_dim=768, intermediate_dim=3072)


@register_model(task="masked_lm", paper=LIU, url=LIU_URL)
def roberta_large() -> RobertaConfig:
    """Twenty-four layers of 1,024 units over bytes paired into tokens: 355,412,057 parameters.

    The authors say 355 million.
    """
    return roberta_base().variant(num_layers=24, num_heads=16, hidden_dim=1024, intermediate_dim=4096)
