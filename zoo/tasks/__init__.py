"""Tasks: what a model is used for."""

from .causal_lm import CausalLM
from .encoder_model import EncoderModel
from .language_model import LanguageModel
from .masked_lm import MaskedLM
from .objective import Objective
from .replaced_token_detector import ReplacedTokenDetector
from .text_classifier import TextClassifier
from .text_encoder import TextEncoder
from .text_model import TextModel

TASKS: dict[str, type[TextModel]] = {
    cls.task: cls for cls in (CausalLM, MaskedLM, ReplacedTokenDetector, TextClassifier, TextEncoder)
}

__all__ = [
    "TASKS",
    "CausalLM",
    "EncoderModel",
    "LanguageModel",
    "MaskedLM",
    "Objective",
    "ReplacedTokenDetector",
    "TextClassifier",
    "TextEncoder",
    "TextModel",
]
