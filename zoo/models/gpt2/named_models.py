"""The named models of the GPT-2 family."""

from ...registry import register_model
from .gpt2_config import GPT2Config

RADFORD = "Radford et al. 2019, Language models are unsupervised multitask learners"
RADFORD_URL = "https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf"


@register_model(paper=RADFORD, url=RADFORD_URL)
def gpt2_tiny() -> GPT2Config:
    """Two layers of 32 units for tests and first steps: 61,568 parameters."""
    return GPT2Config(vocabulary_size=1000, num_layers=2, num_heads=2, hidden_dim=32, max_sequence_length=128)


@register_model(paper=RADFORD, url=RADFORD_URL)
def gpt2_small() -> GPT2Config:
    """Twelve layers of 768 units: 124,439,808 parameters.

    The paper says 117 million, OpenAI's repository later 124.
    """
    return GPT2Config(vocabulary_size=50257, num_layers=12, num_heads=12, hidden_dim=768)


@register_model(paper=RADFORD, url=RADFORD_URL)
def gpt2_medium() -> GPT2Config:
    """Twenty-four layers of 1,024 units: 354,823,168 parameters.

    The paper says 345 million, OpenAI's repository later 355.
    """
    return gpt2_small().variant(num_layers=24, num_heads=16, hidden_dim=1024)


@register_model(paper=RADFORD, url=RADFORD_URL)
def gpt2_large() -> GPT2Config:
    """Thirty-six layers of 1,280 units: 774,030,080 parameters.

    The paper says 762 million, OpenAI's repository later 774.
    """
    return gpt2_small().variant(num_layers=36, num_heads=20, hidden_dim=1280)


@register_model(paper=RADFORD, url=RADFORD_URL)
def gpt2_xl() -> GPT2Config:
    """Forty-eight layers of 1,600 units: 1,557,611,200 parameters.

    The paper says 1,542 million, OpenAI's repository later 1.5 billion.
    """
    return gpt2_small().variant(num_layers=48, num_heads=25, hidden_dim=1600)


@register_model(
    paper="Karpathy 2022, nanoGPT, train_shakespeare_char on a CPU", url="https://github.com/karpathy/nanoGPT"
)
def nanogpt_char_cpu() -> GPT2Config:
    """Four layers of 128 units over the 65 characters of tiny Shakespeare: 804,096 parameters.

    nanoGPT leaves the 8,192 of the positions out and says 0.80 million.
    """
    return GPT2Config(
        vocabulary_size=65,
        num_layers=4,
        num_heads=4,
        hidden_dim=128,
        max_sequence_length=64,
        dropout=0.0,
        attention_dropout=0.0,
        use_bias=False,
        activation="gelu",
    )


@register_model(paper="Brown et al. 2020, arXiv:2005.14165", url="https://arxiv.org/abs/2005.14165")
def gpt3_175b() -> GPT2Config:
    """Ninety-six layers of 12,288 units, every second with local attention: 174,604,259,328 parameters.

    No weights are public. The paper says 175.0 billion, and that dense and locally banded attention alternate, but not
    how wide the band is: 256 is this zoo's choice, and changes no number of parameters.
    """
    return GPT2Config(
        vocabulary_size=50257,
        num_layers=96,
        num_heads=96,
        hidden_dim=12288,
        max_sequence_length=2048,
        local_attention_window=256,
    )
