"""Registry of recipes for models and families. Importing this loads no TensorFlow."""

from collections.abc import Callable
from typing import Any

from ...layers.plain.registry import Registry
from ..training_config import TrainingConfig

Recipe = Callable[[], TrainingConfig]

RECIPES: Registry[Recipe] = Registry("recipe", own_package=__name__.rpartition(".")[0])


def register_recipe(name: str) -> Callable[[Recipe], Recipe]:
    """Decorator that registers a function returning the `TrainingConfig` of a named model or a family.

    A package from outside uses it in a module that it names as an entry point of the group `langzoo.recipe`.

    Args:
        name: name of the model, or of the family for all its models without a recipe of their own.

    Raises:
        ValueError: an invalid name, no docstring, or a name that has a recipe (both places are named).

    Example:
        >>> from langzoo.trainers.training_config import TrainingConfig
        >>> @register_recipe("my_lstm")
        ... def my_lstm():
        ...     '''Long streams.'''
        ...     return TrainingConfig().with_settings({"data.sequence_length": 200})
        >>> recipe_for("my_lstm", "lstm").data.sequence_length
        200
    """

    def register(recipe: Recipe) -> Recipe:
        recipe.own_options = lambda: changed_settings(recipe())  # type: ignore[attr-defined]  # for `langzoo describe`
        return RECIPES.register(name)(recipe)

    return register


def changed_settings(training: TrainingConfig) -> dict[str, Any]:
    """The dotted keys and values of settings that differ from the defaults.

    Example:
        >>> changed_settings(TrainingConfig().with_settings({"data.batch_size": 7}))
        {'data.batch_size': 7}
    """
    found = {}
    for key in training.keys():  # noqa: SIM118  # no mapping
        part, _, field = key.partition(".")
        own, default = (getattr(each, part) for each in (training, TrainingConfig()))
        if field:
            own, default = getattr(own, field), getattr(default, field, None)
        if own != default:
            found[key] = own
    return found


def recipe_for(name: str, family: str) -> TrainingConfig:
    """Returns the recipe of a named model, else of its family, else the defaults.

    Example:
        >>> recipe_for("lstm_small", "lstm").optimizer.clip_norm
        5.0
    """
    for each in (name, family):
        if (entry := RECIPES.find(each)) is not None:
            return entry.value()
    return TrainingConfig()
