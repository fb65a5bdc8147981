"""Recipes of the neural language models before Transformers, except for LSTMs."""

from ..training_config import TrainingConfig
from .lstm import lstm_small
from .recipe import register_recipe


@register_recipe("gru")
def gru() -> TrainingConfig:
    """GRUs over a stream: Adam, carried state, cosine to a tenth."""
    return TrainingConfig().with_settings({"optimizer.schedule": "cosine", "optimizer.final_fraction": 0.1})


@register_recipe("rnnlm")
def rnnlm() -> TrainingConfig:
    """Simple recurrent networks over a stream: SGD 1.0, halved after epoch 4; the loss is per sequence."""
    return lstm_small()


@register_recipe("nnlm")
def nnlm() -> TrainingConfig:
    """Feed-forward networks over a stream, whose windows extend over batches: Adam, cosine to zero."""
    return TrainingConfig().with_settings({"optimizer.schedule": "cosine"})


@register_recipe("nnlm_bengio")
def nnlm_bengio() -> TrainingConfig:
    """The same at half the rate."""
    return nnlm().with_settings({"optimizer.learning_rate": 1e-3})


@register_recipe("char_cnn_lstm")
def char_cnn_lstm() -> TrainingConfig:
    """Kim et al. 2016: SGD 1.0 over 25 epochs of 35 steps, clipped at 5, the loss per sequence.

    The rate is halved after a validation whose perplexity is not lower than the best by more than 1.0.
    """
    return lstm_small().with_settings(
        {
            "data.sequence_length": 35,
            "epochs": 25,
            "monitor": "perplexity",
            "optimizer.schedule": "constant",
            "optimizer.decay_rate": 1.0,
            "optimizer.decay_after": 0,
            "optimizer.plateau_rate": 0.5,
            "optimizer.plateau_margin": 1.0,
        }
    )
