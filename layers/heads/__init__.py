"""Heads: what stands on top of a body and turns hidden states into predictions."""

from .cross_entropy import linear_cross_entropy
from .language_model_head import LanguageModelHead

__all__ = ["LanguageModelHead", "linear_cross_entropy"]
