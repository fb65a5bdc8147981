"""Tokenizers as layers: text to ids and back, in the graph.

The public names are found on first use (PEP 562): what reads a tokenizer's files needs no TensorFlow.
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING

from ..lazy_names import lazy_names

if TYPE_CHECKING:
    from .as_text import as_text
    from .byte_level_bpe_tokenizer import ByteLevelBPETokenizer
    from .byte_tokenizer import ByteTokenizer
    from .character_tokenizer import CharacterTokenizer
    from .llama2c_tokenizer import Llama2cTokenizer, sentence_piece_from_llama2c
    from .load_tokenizer import load_tokenizer
    from .sentence_piece_tokenizer import SentencePieceTokenizer
    from .sequence_packer import SequencePacker
    from .special_tokens import END_TOKEN, UNKNOWN_TOKEN
    from .split_words import split_words
    from .tokenizer import Tokenizer
    from .tokenizer_kinds import TOKENIZERS, register_tokenizer, tokenizer_class
    from .word_piece_tokenizer import WordPieceTokenizer
    from .word_tokenizer import WordTokenizer

__all__ = [
    "END_TOKEN",
    "TOKENIZERS",
    "UNKNOWN_TOKEN",
    "ByteLevelBPETokenizer",
    "ByteTokenizer",
    "CharacterTokenizer",
    "Llama2cTokenizer",
    "SentencePieceTokenizer",
    "SequencePacker",
    "Tokenizer",
    "WordPieceTokenizer",
    "WordTokenizer",
    "as_text",
    "load_tokenizer",
    "register_tokenizer",
    "sentence_piece_from_llama2c",
    "split_words",
    "tokenizer_class",
]

_HOMES = {
    ".as_text": ("as_text",),
    ".byte_level_bpe_tokenizer": ("ByteLevelBPETokenizer",),
    ".byte_tokenizer": ("ByteTokenizer",),
    ".character_tokenizer": ("CharacterTokenizer",),
    ".llama2c_tokenizer": ("Llama2cTokenizer", "sentence_piece_from_llama2c"),
    ".load_tokenizer": ("load_tokenizer",),
    ".sentence_piece_tokenizer": ("SentencePieceTokenizer",),
    ".sequence_packer": ("SequencePacker",),
    ".special_tokens": ("END_TOKEN", "UNKNOWN_TOKEN"),
    ".split_words": ("split_words",),
    ".tokenizer": ("Tokenizer",),
    ".tokenizer_kinds": ("TOKENIZERS", "register_tokenizer", "tokenizer_class"),
    ".word_piece_tokenizer": ("WordPieceTokenizer",),
    ".word_tokenizer": ("WordTokenizer",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


class _Package(ModuleType):
    def __setattr__(self, name, value):
        # Loading as_text.py puts the module under this name, where the function belongs.
        if name in _HOME_OF and isinstance(value, ModuleType):
            value = getattr(value, name)
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
