"""The recipe of each named model, and of each family."""

from collections.abc import Callable

from ..training_config import TrainingConfig

Recipe = Callable[[], TrainingConfig]


def lstm() -> TrainingConfig:
    """LSTMs over a stream: Adam, carried state, gradients clipped at norm 1."""
    return TrainingConfig()


def lstm_small() -> TrainingConfig:
    """Zaremba et al. 2014, "non-regularized": SGD 1.0, halved after epoch 4, 13 epochs; the loss is one a sequence."""
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


def bilstm() -> TrainingConfig:
    """Windows read in both directions: a line an example, Adam."""
    return lstm().with_settings(
        {
            "data.arrangement": "lines",
            "data.batch_size": 16,
            "epochs": 100,
            "optimizer.learning_rate": 1e-2,
        }
    )


def transformer_decoder() -> TrainingConfig:
    """GPT-2, LLaMA and their kin: packed blocks, AdamW, warm-up and cosine (Brown et al. 2020, appendix B)."""
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


def tiny_decoder() -> TrainingConfig:
    """Decoders under 100,000 parameters: a larger rate over blocks that fit their positions."""
    return transformer_decoder().with_settings({"data.sequence_length": 64, "optimizer.learning_rate": 3e-3})


def nanogpt_char_cpu() -> TrainingConfig:
    """nanoGPT's train_shakespeare_char on a CPU (Karpathy 2022): 2,000 steps of 12 · 64 characters, a larger rate."""
    return transformer_decoder().with_settings(
        {
            "data.batch_size": 12,
            "data.sequence_length": 64,
            "steps": 2000,
            "validate_every": 250,
            "evaluation_batch_size": 256,
            "optimizer.learning_rate": 4e-3,  # nanoGPT has 1e-3, which ends higher: docs/results.md
            "optimizer.beta_2": 0.99,
        }
    )


def masked_encoder() -> TrainingConfig:
    """BERT and its kin: blocks, 15 % of them hidden, AdamW, warm-up and linear decay (Devlin et al. 2019)."""
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


def tiny_encoder() -> TrainingConfig:
    """Encoders under 100,000 parameters: a larger rate; at BERT's own they learn next to nothing in 200 steps."""
    return masked_encoder().with_settings({"optimizer.learning_rate": 3e-3})


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


_RECIPES: dict[str, Recipe] = {
    "lstm": lstm,
    "bilstm": bilstm,
    "ngram": TrainingConfig,
    "gpt2": transformer_decoder,
    "llama": transformer_decoder,
    "transformer_lm": transformer_decoder,
    "pangu": transformer_decoder,
    "bert": masked_encoder,
    "roberta": masked_encoder,
    "distilbert": masked_encoder,
    "electra": masked_encoder,
    "transformer": encoder_decoder,
    "t5": encoder_decoder,
    "lstm_small": lstm_small,
    "lstm_medium": lstm_medium,
    "lstm_large": lstm_large,
    "lstm_tied": lstm_tied,
    "char_lstm": char_lstm,
    "gpt2_tiny": tiny_decoder,
    "llama_tiny": tiny_decoder,
    "pangu_tiny": tiny_decoder,
    "transformer_lm_tiny": tiny_decoder,
    "bert_nano": tiny_encoder,
    "roberta_tiny": tiny_encoder,
    "distilbert_tiny": tiny_encoder,
    "nanogpt_char_cpu": nanogpt_char_cpu,
}


def register_recipe(name: str, recipe: Recipe) -> None:
    """Gives a named model or a family a recipe, from this package or another.

    Raises:
        ValueError: the name has one.
    """
    if name in _RECIPES:
        raise ValueError(f"register_recipe: {name!r} has a recipe already")
    _RECIPES[name] = recipe


def recipe_for(name: str, family: str) -> TrainingConfig:
    """The recipe of a named model, else of its family, else the defaults.

    Example:
        >>> recipe_for("lstm_small", "lstm").optimizer.clip_norm
        5.0
    """
    return _RECIPES.get(name, _RECIPES.get(family, TrainingConfig))()
