"""Recipes of recurrent and convolutional models that read whole texts."""

from ..training_config import TrainingConfig
from .recipe import register_recipe


@register_recipe("text_lstm")
@register_recipe("text_cnn")
def text_encoder() -> TrainingConfig:
    """Classifiers and taggers from scratch: Adam at 1e-3, batches of 32, gradients clipped at norm 5, 8 epochs."""
    return TrainingConfig().with_settings(
        {
            "data.arrangement": "lines",
            "data.batch_size": 32,
            "data.sequence_length": 256,
            "epochs": 8,
            "optimizer.learning_rate": 1e-3,
            "optimizer.clip_norm": 5.0,
        }
    )
