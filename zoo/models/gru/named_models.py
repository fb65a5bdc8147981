"""The named models of the GRU family."""

from ...registry import register_model
from .gru_config import GRUConfig

CHO = "Cho et al. 2014, arXiv:1406.1078; Chung et al. 2014, arXiv:1412.3555"


@register_model(paper=CHO)
def gru_tiny() -> GRUConfig:
    """One layer of 32 units for tests and first steps: 71,336 parameters."""
    return GRUConfig(vocabulary_size=1000, embedding_dim=32, hidden_dim=32)


@register_model(paper=CHO)
def gru_small() -> GRUConfig:
    """Two layers of 200 units with dropout 0.2, for Penn Treebank: 4,492,400 parameters."""
    return GRUConfig(vocabulary_size=10_000, embedding_dim=200, hidden_dim=200, num_layers=2, dropout=0.2)
