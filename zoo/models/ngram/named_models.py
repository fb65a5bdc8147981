"""The named count models."""

from ...registry import register_model
from .backoff_config import BackoffConfig
from .ngram_config import NgramConfig

CHEN_GOODMAN = "Chen & Goodman 1999, Computer Speech & Language 13(4)"


@register_model(paper="Shannon 1948")
def unigram() -> NgramConfig:
    """How often each token occurs, with add-one smoothing."""
    return NgramConfig(vocabulary_size=10_000, order=1)


@register_model(paper="MacKay & Peto 1995, Natural Language Engineering 1(3)")
def bigram() -> NgramConfig:
    """How often each token follows another, with the unigram as Dirichlet prior."""
    return NgramConfig(vocabulary_size=10_000, order=2)


@register_model(paper="Lidstone 1920; Jeffreys 1948")
def ngram_additive() -> BackoffConfig:
    """Words after the two before, with 0.01 added to every count."""
    return BackoffConfig(vocabulary_size=10_000, order=3, smoothing="additive")


@register_model(paper="Jelinek & Mercer 1980, Pattern Recognition in Practice")
def ngram_interpolated() -> BackoffConfig:
    """Words after the two before, one and none, weighed by expectation-maximisation on the validation text."""
    return BackoffConfig(vocabulary_size=10_000, order=3, smoothing="interpolated")


@register_model(paper="Katz 1987, IEEE Transactions on Acoustics, Speech and Signal Processing 35(3)")
def ngram_katz() -> BackoffConfig:
    """Words after the two before, or else fewer, with Good-Turing discounts."""
    return BackoffConfig(vocabulary_size=10_000, order=3, smoothing="katz")


@register_model(paper=CHEN_GOODMAN)
def kneser_ney_3() -> BackoffConfig:
    """Words after the two before: interpolated modified Kneser-Ney."""
    return BackoffConfig(vocabulary_size=10_000, order=3)


@register_model(paper=CHEN_GOODMAN)
def kneser_ney_5() -> BackoffConfig:
    """Words after the four before: interpolated modified Kneser-Ney."""
    return BackoffConfig(vocabulary_size=10_000, order=5)
