"""The named models with BERT's body."""

from ...registry import register_model
from .bert_config import BertConfig

DEVLIN = "Devlin et al. 2018, arXiv:1810.04805"
DEVLIN_URL = "https://arxiv.org/abs/1810.04805"
TURC = "Turc et al. 2019, arXiv:1908.08962"
TURC_URL = "https://arxiv.org/abs/1908.08962"


@register_model(task="masked_lm", paper=DEVLIN, url=DEVLIN_URL)
def bert_nano() -> BertConfig:
    """Two layers of 32 units for tests and first steps: 64,874 parameters."""
    return BertConfig(
        vocabulary_size=1000, num_layers=2, num_heads=2, hidden_dim=32, intermediate_dim=128, max_sequence_length=128
    )


@register_model(task="masked_lm", paper=TURC, url=TURC_URL)
def bert_tiny_uncased() -> BertConfig:
    """Two layers of 128 units, English in lower case: 4,433,468 parameters.

    Counted, like all here, with the heads for masked words and for the next sentence; the body with its pooler has
    4,385,920.
    """
    return BertConfig(vocabulary_size=30522, num_layers=2, num_heads=2, hidden_dim=128, intermediate_dim=512)


@register_model(task="masked_lm", paper=TURC, url=TURC_URL)
def bert_mini_uncased() -> BertConfig:
    """Four layers of 256 units, English in lower case: 11,267,900 parameters."""
    return bert_tiny_uncased().variant(num_layers=4, num_heads=4, hidden_dim=256, intermediate_dim=1024)


@register_model(task="masked_lm", paper=TURC, url=TURC_URL)
def bert_small_uncased() -> BertConfig:
    """Four layers of 512 units, English in lower case: 29,058,876 parameters."""
    return bert_tiny_uncased().variant(num_layers=4, num_heads=8, hidden_dim=512, intermediate_dim=2048)


@register_model(task="masked_lm", paper=TURC, url=TURC_URL)
def bert_medium_uncased() -> BertConfig:
    """Eight layers of 512 units, English in lower case: 41,668,412 parameters."""
    return bert_small_uncased().variant(num_layers=8)


@register_model(task="masked_lm", paper=DEVLIN, url=DEVLIN_URL)
def bert_base_uncased() -> BertConfig:
    """Twelve layers of 768 units, English in lower case: 110,106,428 parameters.

    With the heads for masked words and for the next sentence, as published; the paper says 110 million. The body with
    its pooler has 109,482,240.
    """
    return bert_tiny_uncased().variant(num_layers=12, num_heads=12, hidden_dim=768, intermediate_dim=3072)


@register_model(task="masked_lm", paper=DEVLIN, url=DEVLIN_URL)
def bert_large_uncased() -> BertConfig:
    """Twenty-four layers of 1,024 units, English in lower case: 336,226,108 parameters.

    The paper says 340 million; the body with its pooler has 335,141,888.
    """
    return bert_tiny_uncased().variant(num_layers=24, num_heads=16, hidden_dim=1024, intermediate_dim=4096)


@register_model(task="masked_lm", paper=DEVLIN, url=DEVLIN_URL)
def bert_base_cased() -> BertConfig:
    """Twelve layers of 768 units, English in both cases: 108,932,934 parameters."""
    return bert_base_uncased().variant(vocabulary_size=28996)


@register_model(task="masked_lm", paper=DEVLIN, url=DEVLIN_URL)
def bert_base_chinese() -> BertConfig:
    """Twelve layers of 768 units, Chinese by characters: 102,882,442 parameters."""
    return bert_base_uncased().variant(vocabulary_size=21128)


@register_model(task="masked_lm", paper="Cui et al. 2019, arXiv:1906.08101", url="https://arxiv.org/abs/1906.08101")
def bert_wwm_chinese() -> BertConfig:
    """bert_base_chinese, trained by masking whole words: 102,882,442 parameters."""
    return bert_base_chinese()


@register_model(task="masked_lm", paper="Sun et al. 2019, arXiv:1904.09223", url="https://arxiv.org/abs/1904.09223")
def ernie_1_0() -> BertConfig:
    """BERT's body with ReLU, trained on Chinese by masking words and entities: 99,885,648 parameters.

    Sizes and epsilon as `nghuyong/ernie-1.0-base-zh`, which has no head for the next sentence.
    """
    return bert_base_uncased().variant(
        vocabulary_size=18000, max_sequence_length=513, activation="relu", norm_epsilon=1e-5, next_sentence=False
    )


@register_model(
    task="text_encoder",
    paper="Wang et al. 2020, arXiv:2002.10957; Reimers & Gurevych 2019, arXiv:1908.10084",
    url="https://arxiv.org/abs/2002.10957",
)
def minilm_l6_uncased() -> BertConfig:
    """Six layers of 384 units that turn a sentence into a vector (all-MiniLM-L6-v2): 22,713,216 parameters.

    The pooler's 147,840 are in the published file and in this number, though the mean of the tokens is the vector.
    """
    return BertConfig(
        vocabulary_size=30522,
        num_layers=6,
        num_heads=12,
        hidden_dim=384,
        intermediate_dim=1536,
        next_sentence=False,
    )
