"""Evaluation on held-out text. Public names are imported on first use: metrics are listed without TensorFlow."""

from typing import TYPE_CHECKING

from ...layers.plain.lazy_names import lazy_names

if TYPE_CHECKING:
    from .evaluate import evaluate as evaluate
    from .evaluate_answers import evaluate_answers as evaluate_answers
    from .evaluate_export import evaluate_export as evaluate_export
    from .evaluate_export import remark_on_context as remark_on_context
    from .evaluate_export import training_of_export as training_of_export
    from .evaluate_pairs_export import evaluate_pairs_export as evaluate_pairs_export
    from .evaluate_similarity import evaluate_similarity as evaluate_similarity
    from .evaluate_texts import evaluate_texts as evaluate_texts
    from .evaluation import Evaluation as Evaluation
    from .metrics import METRICS as METRICS
    from .metrics import Metric as Metric
    from .metrics import register_metric as register_metric
    from .predictions import Predictions as Predictions
    from .similarity_evaluation import SimilarityEvaluation as SimilarityEvaluation

lazy_names(__name__)
