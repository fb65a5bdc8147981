"""Recipes of left-to-right Transformers."""

from ..training_config import TrainingConfig
from .recipe import register_recipe


@register_recipe("gpt2")
@register_recipe("llama")
@register_recipe("transformer_lm")
@register_recipe("pangu")
def transformer_decoder() -> TrainingConfig:
    """GPT-2, LLaMA and their variants: packed blocks, AdamW, warm-up and cosine (Brown et al. 2020, appendix B)."""
    return TrainingConfig().with_settings(
        {
            "data.arrangement": "blocks",
            "data.batch_size": 8,
            "data.sequence_length": 128,
            "epochs": 10,
            "jit_compile": True,
            "optimizer.name": "adamw",
            "optimizer.learning_rate": 6e-4,
            "optimizer.beta_2": 0.95,
            "optimizer.weight_decay": 0.1,
            "optimizer.schedule": "cosine",
            "optimizer.warmup_steps": 100,
            "optimizer.final_fraction": 0.1,
        }
    )


@register_recipe("gpt2_tiny")
@register_recipe("llama_tiny")
@register_recipe("pangu_tiny")
@register_recipe("transformer_lm_tiny")
def tiny_decoder() -> TrainingConfig:
    """Decoders under 100,000 parameters: a larger rate over blocks that fit their positions."""
    return transformer_decoder().with_settings({"data.sequence_length": 64, "optimizer.learning_rate": 3e-3})


@register_recipe("nanogpt_char_cpu")
def nanogpt_char_cpu() -> TrainingConfig:
    """nanoGPT's train_shakespeare_char on a CPU (Karpathy 2022): 2,000 steps of 12 · 64 characters, a larger rate."""
    return transformer_decoder().with_settings(
        {
            "data.batch_size": 12,
            "data.sequence_length": 64,
            "steps": 2000,
            "validate_every": 250,
            "evaluation_batch_size": 256,
            "optimizer.learning_rate": 4e-3,  # nanoGPT has 1e-3, which ends at a higher loss: docs/results.md
            "optimizer.beta_2": 0.99,
        }
    )
