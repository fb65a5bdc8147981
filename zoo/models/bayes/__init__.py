"""Bayesian networks over the words of a text. Importing this loads no TensorFlow."""

from . import named_models
from .bayes_config import BayesConfig

__all__ = ["BayesConfig", "named_models"]
