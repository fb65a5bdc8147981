"""Training objectives, a file each. Importing this loads no TensorFlow."""

from .masked_and_next_sentence import MaskedAndNextSentence
from .masked_token import MaskedToken
from .next_target_token import NextTargetToken
from .next_token import NextToken
from .register_objective import OBJECTIVES, default_objective, objective_for, register_objective
from .sum_of_objectives import SumOfObjectives

__all__ = [
    "OBJECTIVES",
    "MaskedAndNextSentence",
    "MaskedToken",
    "NextTargetToken",
    "NextToken",
    "SumOfObjectives",
    "default_objective",
    "objective_for",
    "register_objective",
]
