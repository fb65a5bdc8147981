"""Recipes: the default training settings of the named models. Importing this loads no TensorFlow."""

from .fine_tuning import fine_tuning_recipe
from .pretraining import PRETRAIN, Pretraining, register_pretraining
from .recipe import RECIPES, recipe_for, register_recipe

__all__ = [
    "PRETRAIN",
    "RECIPES",
    "Pretraining",
    "fine_tuning_recipe",
    "recipe_for",
    "register_pretraining",
    "register_recipe",
]
