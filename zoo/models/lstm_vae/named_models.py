"""The named variational autoencoders of sentences."""

from ...registry import register_model
from .lstm_vae_config import LSTMVAEConfig

BOWMAN = "Bowman et al. 2016, arXiv:1511.06349"


@register_model(task="latent_lm", paper=BOWMAN)
def lstm_vae_tiny() -> LSTMVAEConfig:
    """One layer of 32 units and latent vectors of 8 numbers, for tests and first steps: 92,600 parameters."""
    return LSTMVAEConfig(vocabulary_size=1000, embedding_dim=32, hidden_dim=32, latent_dim=8)


@register_model(task="latent_lm", paper=BOWMAN)
def lstm_vae_base() -> LSTMVAEConfig:
    """One layer of 200 units and vectors of 32 numbers, for sentences of Penn Treebank: 5,036,864 parameters."""
    return LSTMVAEConfig(vocabulary_size=10_000, embedding_dim=200, hidden_dim=200, latent_dim=32)
