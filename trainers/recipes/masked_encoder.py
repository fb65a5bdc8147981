"""Recipes of Transformers that read in both directions."""

from ..training_config import TrainingConfig
from .recipe import register_recipe
from .transformer_decoder import transformer_decoder


@register_recipe("bert")
@register_recipe("roberta")
@register_recipe("distilbert")
@register_recipe("electra")
def masked_encoder() -> TrainingConfig:
    """BERT and its variants: blocks with 15 % of tokens masked, AdamW, warm-up, linear decay (Devlin et al. 2019)."""
    return transformer_decoder().with_settings(
        {
            "data.batch_size": 16,
            "optimizer.learning_rate": 1e-4,
            "optimizer.beta_2": 0.999,
            "optimizer.epsilon": 1e-6,
            "optimizer.weight_decay": 0.01,
            "optimizer.schedule": "linear",
            "optimizer.final_fraction": 0.0,
        }
    )


@register_recipe("bert_nano")
@register_recipe("roberta_tiny")
@register_recipe("distilbert_tiny")
def tiny_encoder() -> TrainingConfig:
    """Encoders under 100,000 parameters: a larger rate; at BERT's they learn next to nothing in 200 steps."""
    return masked_encoder().with_settings({"optimizer.learning_rate": 3e-3})
