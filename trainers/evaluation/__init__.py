"""How good a model is on text that it has not seen."""

from .evaluate import evaluate
from .evaluation import Evaluation

__all__ = ["Evaluation", "evaluate"]
