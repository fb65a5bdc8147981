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


_RECIPES: dict[str, Recipe] = {
    "lstm": lstm,
    "bilstm": bilstm,
    "ngram": TrainingConfig,
    "lstm_small": lstm_small,
    "lstm_medium": lstm_medium,
    "lstm_large": lstm_large,
    "lstm_tied": lstm_tied,
    "char_lstm": char_lstm,
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
