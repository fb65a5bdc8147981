"""Recipes of LSTMs."""

from ..training_config import TrainingConfig
from .recipe import register_recipe


@register_recipe("lstm")
def lstm() -> TrainingConfig:
    """LSTMs over a stream: Adam, carried state, gradients clipped at norm 1."""
    return TrainingConfig()


@register_recipe("lstm_small")
def lstm_small() -> TrainingConfig:
    """Zaremba et al. 2014, "non-regularized": SGD 1.0, halved after epoch 4, 13 epochs; the loss is per sequence."""
    return lstm().with_settings(
        {
            "data.batch_size": 20,
            "data.sequence_length": 20,
            "epochs": 13,
            "loss_per": "sequence",
            "optimizer.name": "sgd",
            "optimizer.learning_rate": 1.0,
            "optimizer.clip_norm": 5.0,
            "optimizer.schedule": "step",
            "optimizer.decay_rate": 0.5,
            "optimizer.decay_after": 4,
        }
    )


@register_recipe("lstm_medium")
def lstm_medium() -> TrainingConfig:
    """Zaremba et al. 2014, "medium": 39 epochs, 35 steps, divided by 1.2 after epoch 6."""
    return lstm_small().with_settings(
        {
            "data.sequence_length": 35,
            "epochs": 39,
            "optimizer.decay_rate": 1 / 1.2,
            "optimizer.decay_after": 6,
        }
    )


@register_recipe("lstm_large")
def lstm_large() -> TrainingConfig:
    """Zaremba et al. 2014, "large": 55 epochs, clipped at 10, divided by 1.15 after epoch 14."""
    return lstm_medium().with_settings(
        {
            "epochs": 55,
            "optimizer.clip_norm": 10.0,
            "optimizer.decay_rate": 1 / 1.15,
            "optimizer.decay_after": 14,
        }
    )


@register_recipe("lstm_tied")
def lstm_tied() -> TrainingConfig:
    """Small corpora: 12 epochs of Adam, cosine to zero."""
    return lstm().with_settings(
        {
            "data.batch_size": 16,
            "data.reset_every": 50,
            "epochs": 12,
            "optimizer.learning_rate": 3e-3,
            "optimizer.schedule": "cosine",
        }
    )


@register_recipe("char_lstm")
def char_lstm() -> TrainingConfig:
    """Characters and bytes: longer streams, Adam, cosine."""
    return lstm().with_settings(
        {
            "data.batch_size": 32,
            "data.sequence_length": 100,
            "optimizer.schedule": "cosine",
            "optimizer.final_fraction": 0.1,
        }
    )
