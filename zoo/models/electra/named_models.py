"""The named models of the ELECTRA family."""

from ...registry import register_model
from .electra_config import ElectraConfig

CLARK = "Clark et al. 2020, arXiv:2003.10555"
CLARK_URL = "https://arxiv.org/abs/2003.10555"
DISCRIMINATOR, GENERATOR = "replaced_token_detector", "masked_lm"


@register_model(task=DISCRIMINATOR, paper=CLARK, url=CLARK_URL)
def electra_tiny() -> ElectraConfig:
    """Two layers of 32 units over embeddings of 16 for tests and first steps: 45,153 parameters."""
    return ElectraConfig(
        vocabulary_size=1000,
        embedding_dim=16,
        num_layers=2,
        num_heads=2,
        hidden_dim=32,
        intermediate_dim=128,
        max_sequence_length=128,
    )


@register_model(task=DISCRIMINATOR, paper=CLARK, url=CLARK_URL)
def electra_small() -> ElectraConfig:
    """Twelve layers of 256 units that find replaced tokens: 13,549,057 parameters.

    The paper says 14 million.
    """
    return ElectraConfig(
        vocabulary_size=30522, embedding_dim=128, num_layers=12, num_heads=4, hidden_dim=256, intermediate_dim=1024
    )


@register_model(task=DISCRIMINATOR, paper=CLARK, url=CLARK_URL)
def electra_base() -> ElectraConfig:
    """Twelve layers of 768 units that find replaced tokens: 109,483,009 parameters.

    The paper says 110 million.
    """
    return electra_small().variant(embedding_dim=768, num_heads=12, hidden_dim=768, intermediate_dim=3072)


@register_model(task=DISCRIMINATOR, paper=CLARK, url=CLARK_URL)
def electra_large() -> ElectraConfig:
    """Twenty-four layers of 1,024 units that find replaced tokens: 335,142,913 parameters.

    The paper says 335 million.
    """
    return electra_small().variant(
        embedding_dim=1024, num_layers=24, num_heads=16, hidden_dim=1024, intermediate_dim=4096
    )


@register_model(task=GENERATOR, paper=CLARK, url=CLARK_URL)
def electra_small_generator() -> ElectraConfig:
    """The masked language model that makes electra_small's replacements: 13,546,682 parameters.

    Published as wide as its discriminator, where the paper's table says a quarter (google-research/electra, issue 39).
    """
    return electra_small()


@register_model(task=GENERATOR, paper=CLARK, url=CLARK_URL)
def electra_base_generator() -> ElectraConfig:
    """The masked language model that makes electra_base's replacements: 33,740,602 parameters."""
    return electra_base().variant(num_heads=4, hidden_dim=256, intermediate_dim=1024)


@register_model(task=GENERATOR, paper=CLARK, url=CLARK_URL)
def electra_large_generator() -> ElectraConfig:
    """The masked language model that makes electra_large's replacements: 51,295,290 parameters."""
    return electra_large().variant(num_heads=4, hidden_dim=256, intermediate_dim=1024)
