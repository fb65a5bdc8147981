"""Tokenizers as layers: text to ids and back, in the graph."""

from .as_text import as_text
from .byte_tokenizer import ByteTokenizer
from .character_tokenizer import CharacterTokenizer
from .load_tokenizer import load_tokenizer
from .special_tokens import END_TOKEN, UNKNOWN_TOKEN
from .split_words import split_words
from .tokenizer import Tokenizer
from .tokenizer_kinds import TOKENIZERS, register_tokenizer, tokenizer_class
from .word_tokenizer import WordTokenizer

__all__ = [
    "END_TOKEN",
    "TOKENIZERS",
    "UNKNOWN_TOKEN",
    "ByteTokenizer",
    "CharacterTokenizer",
    "Tokenizer",
    "WordTokenizer",
    "as_text",
    "load_tokenizer",
    "register_tokenizer",
    "split_words",
    "tokenizer_class",
]
