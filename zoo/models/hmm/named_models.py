"""The named hidden Markov models."""

from ...registry import register_model
from .hmm_config import HMMConfig

BAUM_WELCH = "Baum et al. 1970, Annals of Mathematical Statistics 41(1); Rabiner 1989, Proceedings of the IEEE 77(2)"


@register_model(paper=BAUM_WELCH)
def hmm_tiny() -> HMMConfig:
    """Eight hidden states, for tests and first steps: 8,072 parameters."""
    return HMMConfig(vocabulary_size=1000, num_states=8)


@register_model(paper=BAUM_WELCH)
def hmm_small() -> HMMConfig:
    """Sixty-four hidden states, by Baum-Welch: classes of words that nobody named; 644,160 parameters."""
    return HMMConfig(vocabulary_size=10_000, num_states=64)
