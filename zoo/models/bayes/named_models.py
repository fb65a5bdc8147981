"""The named Bayesian networks."""

from ...registry import register_model
from .bayes_config import BayesConfig


@register_model(
    task="text_classifier", paper="McCallum & Nigam 1998, AAAI workshop on learning for text categorization"
)
def naive_bayes() -> BayesConfig:
    """Words, by how often they occur, independent of one another given the class."""
    return BayesConfig(vocabulary_size=10_000)


@register_model(task="text_classifier", paper="Friedman, Geiger & Goldszmidt 1997, Machine Learning 29")
def chow_liu() -> BayesConfig:
    """The 200 words that tell most of the class, each given one other word too: tree-augmented naive Bayes."""
    return BayesConfig(vocabulary_size=10_000, network="tree")
