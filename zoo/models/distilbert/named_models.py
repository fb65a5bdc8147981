"""The named models of the DistilBERT family."""

from ...registry import register_model
from .distilbert_config import DistilBertConfig

SANH = "Sanh et al. 2019, arXiv:1910.01108"
SANH_URL = "https://arxiv.org/abs/1910.01108"


@register_model(task="masked_lm", paper=SANH, url=SANH_URL)
def distilbert_tiny() -> DistilBertConfig:
    """Two layers of 32 units for tests and first steps: 63,688 parameters."""
    return DistilBertConfig(
        vocabulary_size=1000, num_layers=2, num_heads=2, hidden_dim=32, intermediate_dim=128, max_sequence_length=128
    )


@register_model(task="masked_lm", paper=SANH, url=SANH_URL)
def distilbert_base_uncased() -> DistilBertConfig:
    """Six layers of 768 units that learned from bert_base_uncased: 66,985,530 parameters.

    The paper says 66 million.
    """
    return DistilBertConfig(vocabulary_size=30522, num_heads=12, hidden_dim=768, intermediate_dim=3072)
