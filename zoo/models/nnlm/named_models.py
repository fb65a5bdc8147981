"""The named feed-forward language models."""

from ...registry import register_model
from .nnlm_config import NNLMConfig

BENGIO = "Bengio, Ducharme, Vincent & Jauvin 2003, JMLR 3"


@register_model(paper=BENGIO)
def nnlm_tiny() -> NNLMConfig:
    """The next word from the two before, for tests and first steps: 50,056 parameters."""
    return NNLMConfig(vocabulary_size=1000, order=3, embedding_dim=16, hidden_dim=32)


@register_model(paper=BENGIO)
def nnlm_bengio() -> NNLMConfig:
    """The four words before, 200 hidden units and direct connections, for Penn Treebank: 7,090,200 parameters."""
    return NNLMConfig(vocabulary_size=10_000, direct_connections=True, dropout=0.3)
