"""The recipe of regularised LSTMs."""

from ..training_config import TrainingConfig
from .recipe import register_recipe


@register_recipe("awd_lstm")
def awd_lstm() -> TrainingConfig:
    """Merity et al. 2018 for Penn Treebank: NT-ASGD at 30, clipped at 0.25, 70 steps, AR 2 and TAR 1, 500 epochs.

    The paper's back-propagation lengths vary between batches; here their mean is used.
    """
    return TrainingConfig().with_settings(
        {
            "data.batch_size": 20,
            "data.sequence_length": 70,
            "epochs": 500,
            "monitor": "perplexity",
            "objective.name": "regularized_next_token",
            "objective.activation_regularization": 2.0,
            "objective.temporal_regularization": 1.0,
            "optimizer.name": "nt_asgd",
            "optimizer.learning_rate": 30.0,
            "optimizer.clip_norm": 0.25,
            "optimizer.weight_decay": 1.2e-6,
        }
    )
