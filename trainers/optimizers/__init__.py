"""Optimizers and learning rates."""

from .build_optimizer import build_optimizer
from .learning_rate import LearningRate

__all__ = ["LearningRate", "build_optimizer"]
