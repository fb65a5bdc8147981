"""Recipes: how the named models are trained unless the user says otherwise. Importing this loads no TensorFlow."""

from .recipe import recipe_for

__all__ = ["recipe_for"]
