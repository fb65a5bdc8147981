"""The named simple recurrent language models."""

from ...registry import register_model
from .rnnlm_config import RNNLMConfig

MIKOLOV = "Mikolov et al. 2010, Interspeech; Mikolov et al. 2011, ICASSP"


@register_model(paper=MIKOLOV)
def rnnlm_tiny() -> RNNLMConfig:
    """One layer of 32 sigmoid units for tests and first steps: 67,080 parameters."""
    return RNNLMConfig(vocabulary_size=1000, embedding_dim=32, hidden_dim=32)


@register_model(paper=MIKOLOV)
def rnnlm_mikolov() -> RNNLMConfig:
    """One layer of 200 sigmoid units, for Penn Treebank: 4,090,200 parameters.

    Mikolov's network multiplies the word, one of V, by a matrix and adds the state's product; here the word's vector is
    multiplied by a second matrix, which makes no other function of the two.
    """
    return RNNLMConfig(vocabulary_size=10_000, embedding_dim=200, hidden_dim=200)
