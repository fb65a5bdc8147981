"""The named models that count."""

from ...registry import register_model
from .ngram_config import NgramConfig


@register_model(paper="Shannon 1948")
def unigram() -> NgramConfig:
    """How often each token occurs, with add-one smoothing."""
    return NgramConfig(vocabulary_size=10_000, order=1)


@register_model(paper="MacKay & Peto 1995, Natural Language Engineering 1(3)")
def bigram() -> NgramConfig:
    """How often each token follows another, with the unigram as Dirichlet prior."""
    return NgramConfig(vocabulary_size=10_000, order=2)


@register_model(paper="Shannon 1948")
def trigram() -> NgramConfig:
    """How often each token follows two others, with additive smoothing."""
    return NgramConfig(vocabulary_size=10_000, order=3, pseudo_count=0.01)
