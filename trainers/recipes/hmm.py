"""Recipes of hidden Markov models."""

from ..training_config import TrainingConfig
from .recipe import register_recipe


@register_recipe("hmm")
def hmm() -> TrainingConfig:
    """At most 60 iterations of Baum-Welch over sentences; by gradient, Adam over a stream, as many epochs."""
    return TrainingConfig().with_settings({"epochs": 60, "patience": 3, "optimizer.learning_rate": 1e-2})
