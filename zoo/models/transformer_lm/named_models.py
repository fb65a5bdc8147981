"""The named Transformer language models with sinusoidal positions."""

from ...registry import register_model
from .transformer_lm_config import TransformerLMConfig


@register_model(
    paper="Vaswani et al. 2017, arXiv:1706.03762; Liu et al. 2018, arXiv:1801.10198",
    url="https://arxiv.org/abs/1801.10198",
)
def transformer_lm_tiny() -> TransformerLMConfig:
    """Two layers of 48 units for tests and first steps: 92,128 parameters."""
    return TransformerLMConfig(vocabulary_size=1000, num_layers=2, num_heads=4, hidden_dim=48, intermediate_dim=128)
