"""Training objectives, one per file. Importing this loads no TensorFlow."""

from .contrastive import Contrastive
from .evidence_bound import EvidenceBound
from .label import Label
from .label_set import LabelSet
from .masked_and_next_sentence import MaskedAndNextSentence
from .masked_and_sentence_order import MaskedAndSentenceOrder
from .masked_token import MaskedToken
from .next_target_token import NextTargetToken
from .next_token import NextToken
from .prefix_lm import PrefixLM
from .register_objective import OBJECTIVES, default_objective, objective_for, register_objective
from .regularized_next_token import RegularizedNextToken
from .replaced_token import ReplacedToken
from .scheduled_sampling import ScheduledSampling
from .score import Score
from .similarity import Similarity
from .span_corruption import SpanCorruption
from .sum_of_objectives import SumOfObjectives
from .text_infilling import TextInfilling

__all__ = [
    "OBJECTIVES",
    "Contrastive",
    "EvidenceBound",
    "Label",
    "LabelSet",
    "MaskedAndNextSentence",
    "MaskedAndSentenceOrder",
    "MaskedToken",
    "NextTargetToken",
    "NextToken",
    "PrefixLM",
    "RegularizedNextToken",
    "ReplacedToken",
    "ScheduledSampling",
    "Score",
    "Similarity",
    "SpanCorruption",
    "SumOfObjectives",
    "TextInfilling",
    "default_objective",
    "objective_for",
    "register_objective",
]
