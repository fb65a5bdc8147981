"""Recipes: how the named models are trained unless the user says otherwise. Importing this loads no TensorFlow."""

from .recipe import RECIPES, recipe_for, register_recipe

__all__ = ["RECIPES", "recipe_for", "register_recipe"]
