"""Recipes of trained bodies that get a new head."""

from ..training_config import TrainingConfig
from .masked_encoder import masked_encoder
from .recipe import RECIPES, recipe_for, register_recipe


@register_recipe("bert_fine_tuning")
@register_recipe("roberta_fine_tuning")
@register_recipe("distilbert_fine_tuning")
@register_recipe("electra_fine_tuning")
def encoder_fine_tuning() -> TrainingConfig:
    """Devlin et al. 2019, appendix A.3: batches of 32 texts of up to 128 tokens, 3 epochs, 5e-5, a warm-up of 10 %."""
    return masked_encoder().with_settings(
        {
            "data.batch_size": 32,
            "data.sequence_length": 128,
            "epochs": 3,
            "optimizer.learning_rate": 5e-5,
            "optimizer.warmup_steps": 0,
            "optimizer.warmup_fraction": 0.1,
        }
    )


def fine_tuning_recipe(name: str, family: str) -> TrainingConfig:
    """The recipe for fine-tuning a body of a family with a new head; by default, the recipe for training from scratch.

    Example:
        >>> fine_tuning_recipe("bert_base_uncased", "bert").data.batch_size
        32
    """
    entry = RECIPES.find(f"{family}_fine_tuning")
    return recipe_for(name, family) if entry is None else entry.value()
