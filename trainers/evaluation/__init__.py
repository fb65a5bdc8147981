"""Evaluation on held-out text."""

from .evaluate import evaluate
from .evaluate_export import evaluate_export, remark_on_context, training_of_export
from .evaluate_pairs_export import evaluate_pairs_export
from .evaluate_similarity import evaluate_similarity
from .evaluation import Evaluation
from .similarity_evaluation import SimilarityEvaluation

__all__ = [
    "Evaluation",
    "SimilarityEvaluation",
    "evaluate",
    "evaluate_export",
    "evaluate_pairs_export",
    "evaluate_similarity",
    "remark_on_context",
    "training_of_export",
]
