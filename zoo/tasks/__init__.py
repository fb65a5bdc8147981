"""Tasks: the uses of a model."""

from ..objective import Objective
from .causal_lm import CausalLM
from .electra_pair import ElectraPair
from .encoder_model import EncoderModel
from .generative_model import GenerativeModel
from .language_model import LanguageModel
from .latent_lm import LatentLM
from .masked_lm import MaskedLM
from .multi_task import MultiTask
from .registry import TASKS, register_task
from .relation_classifier import RelationClassifier
from .replaced_token_detector import ReplacedTokenDetector
from .seq2seq_lm import Seq2SeqLM
from .span_extractor import SpanExtractor
from .string_function import StringFunction
from .text_classifier import TextClassifier
from .text_encoder import TextEncoder
from .text_model import TextModel
from .token_tagger import TokenTagger

__all__ = [
    "TASKS",
    "CausalLM",
    "ElectraPair",
    "EncoderModel",
    "GenerativeModel",
    "LanguageModel",
    "LatentLM",
    "MaskedLM",
    "MultiTask",
    "Objective",
    "RelationClassifier",
    "ReplacedTokenDetector",
    "Seq2SeqLM",
    "SpanExtractor",
    "StringFunction",
    "TextClassifier",
    "TextEncoder",
    "TextModel",
    "TokenTagger",
    "register_task",
]
