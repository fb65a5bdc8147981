"""Recipes of variational autoencoders of sentences."""

from ..training_config import TrainingConfig
from .recipe import register_recipe


@register_recipe("lstm_vae")
def lstm_vae() -> TrainingConfig:
    """Sentences, one per line: Adam, KL annealed over 2,000 steps, 5 free nats per sentence, 30 % word dropout."""
    return TrainingConfig().with_settings(
        {
            "data.arrangement": "lines",
            "data.batch_size": 32,
            "data.sequence_length": 100,
            "metrics": ["active_units"],
            "objective.name": "evidence_bound",
            "objective.annealing": "linear",
            "objective.annealing_steps": 2000,
            "objective.free_bits": 5.0,
            "objective.word_dropout": 0.3,
            "optimizer.learning_rate": 1e-3,
            "optimizer.schedule": "cosine",
            "optimizer.final_fraction": 0.1,
        }
    )
