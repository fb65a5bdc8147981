"""Recipes of models with an encoder and a decoder."""

from ..training_config import TrainingConfig
from .recipe import register_recipe


@register_recipe("transformer")
@register_recipe("t5")
def encoder_decoder() -> TrainingConfig:
    """Pairs: Adam with inverse square root decay and smoothed labels (Vaswani et al. 2017, sections 5.3 and 5.4)."""
    return TrainingConfig().with_settings(
        {
            "data.arrangement": "lines",
            "data.batch_size": 64,
            "data.sequence_length": 64,
            "jit_compile": True,
            "objective.name": "next_target_token",
            "objective.label_smoothing": 0.1,
            "optimizer.name": "adam",
            "optimizer.learning_rate": 7e-4,
            "optimizer.beta_2": 0.98,
            "optimizer.epsilon": 1e-9,
            "optimizer.schedule": "inverse_sqrt",
            "optimizer.warmup_steps": 400,
        }
    )


@register_recipe("lstm_seq2seq")
def lstm_seq2seq() -> TrainingConfig:
    """Pairs of similar length: Adam, gradient clipped at norm 5 (Luong et al. 2015, section 4.1), cosine to a tenth."""
    return TrainingConfig().with_settings(
        {
            "data.arrangement": "lines",
            "data.batch_size": 64,
            "data.buckets": 8,
            "data.sequence_length": 64,
            "objective.name": "next_target_token",
            "objective.label_smoothing": 0.1,
            "optimizer.name": "adam",
            "optimizer.learning_rate": 1e-3,
            "optimizer.clip_norm": 5.0,
            "optimizer.schedule": "cosine",
            "optimizer.final_fraction": 0.1,
        }
    )
