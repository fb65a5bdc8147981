"""The named models of the PanGu-α family."""

from ...registry import register_model
from .pangu_config import PanguConfig

ZENG = "Zeng et al. 2021, arXiv:2104.12369"
ZENG_URL = "https://arxiv.org/abs/2104.12369"


@register_model(paper=ZENG, url=ZENG_URL)
def pangu_tiny() -> PanguConfig:
    """One layer of 32 units below a query layer, for tests and first steps: 65,664 parameters."""
    return PanguConfig(vocabulary_size=1000, num_layers=2, num_heads=2, hidden_dim=32, max_sequence_length=128)


@register_model(paper=ZENG, url=ZENG_URL)
def pangu_alpha_200b() -> PanguConfig:
    """Sixty-three layers of 16,384 units below a query layer, for Chinese: 206,861,008,896 parameters.

    No weights are public. The paper's table says 207.0 billion with 64 layers, the query layer being one of them, as in
    the authors' code. The activation is that code's FastGelu, x σ(1.702 x).
    """
    return PanguConfig(vocabulary_size=40000, num_layers=64, num_heads=128, hidden_dim=16384)
