"""Recipes of LSTMs that read in both directions."""

from ..training_config import TrainingConfig
from .lstm import lstm
from .recipe import register_recipe


@register_recipe("bilstm")
def bilstm() -> TrainingConfig:
    """Windows read in both directions: one line per example, Adam."""
    return lstm().with_settings(
        {
            "data.arrangement": "lines",
            "data.batch_size": 16,
            "epochs": 100,
            "optimizer.learning_rate": 1e-2,
        }
    )
