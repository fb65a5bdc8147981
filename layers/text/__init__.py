"""Tokenizers as layers: text to ids and back, in the graph."""

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
