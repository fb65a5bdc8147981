"""The named models of the LLaMA family."""

from ...registry import register_model
from .llama_config import LlamaConfig

TOUVRON = "Touvron et al. 2023, arXiv:2302.13971"
TOUVRON_URL = "https://arxiv.org/abs/2302.13971"


@register_model(paper=TOUVRON, url=TOUVRON_URL)
def llama_tiny() -> LlamaConfig:
    """Two layers of 32 units, four query heads to two of keys, for tests and first steps: 87,200 parameters."""
    return LlamaConfig(
        vocabulary_size=1000,
        num_layers=2,
        num_heads=4,
        num_key_value_heads=2,
        hidden_dim=32,
        intermediate_dim=88,
        max_sequence_length=128,
    )


@register_model(
    paper="Karpathy 2023, llama2.c; Eldan & Li 2023, arXiv:2305.07759", url="https://github.com/karpathy/llama2.c"
)
def llama_stories260k() -> LlamaConfig:
    """Five layers of 64 units that tell children's stories: 260,032 parameters."""
    return LlamaConfig(
        vocabulary_size=512,
        num_layers=5,
        num_heads=8,
        num_key_value_heads=4,
        hidden_dim=64,
        intermediate_dim=172,
        max_sequence_length=512,
        norm_epsilon=1e-5,
        tie_embeddings=True,
    )


@register_model(paper=TOUVRON, url=TOUVRON_URL)
def llama_7b() -> LlamaConfig:
    """Thirty-two layers of 4,096 units: 6,738,415,616 parameters.

    The paper says 6.7 billion.
    """
    return LlamaConfig(vocabulary_size=32000, num_layers=32, num_heads=32, hidden_dim=4096, intermediate_dim=11008)
