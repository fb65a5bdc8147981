"""Heads, which turn the hidden states of a body into predictions."""

from .attention_pooler import AttentionPooler
from .classification_head import ClassificationHead
from .cross_entropy import linear_cross_entropy
from .first_token_pooler import FirstTokenPooler
from .language_model_head import LanguageModelHead
from .masked_language_model_head import MaskedLanguageModelHead
from .next_sentence_head import NextSentenceHead
from .pooling import POOLINGS, both_ends, first_token, last_token, max_pooling, mean_pooling
from .replaced_token_head import ReplacedTokenHead

__all__ = [
    "POOLINGS",
    "AttentionPooler",
    "ClassificationHead",
    "FirstTokenPooler",
    "LanguageModelHead",
    "MaskedLanguageModelHead",
    "NextSentenceHead",
    "ReplacedTokenHead",
    "both_ends",
    "first_token",
    "last_token",
    "linear_cross_entropy",
    "max_pooling",
    "mean_pooling",
]
