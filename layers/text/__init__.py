"""Tokenizers as layers: text to ids and back, in the graph.

The public names are found on first use (PEP 562): reading a tokenizer's files needs no TensorFlow.
"""

from typing import TYPE_CHECKING

from ..plain.lazy_names import lazy_names

if TYPE_CHECKING:
    from ..plain.text.special_tokens import END_TOKEN as END_TOKEN
    from ..plain.text.special_tokens import UNKNOWN_TOKEN as UNKNOWN_TOKEN
    from .as_text import as_text as as_text
    from .byte_level_bpe_tokenizer import ByteLevelBPETokenizer as ByteLevelBPETokenizer
    from .byte_tokenizer import ByteTokenizer as ByteTokenizer
    from .character_tokenizer import CharacterTokenizer as CharacterTokenizer
    from .llama2c_tokenizer import Llama2cTokenizer as Llama2cTokenizer
    from .llama2c_tokenizer import sentence_piece_from_llama2c as sentence_piece_from_llama2c
    from .load_tokenizer import load_tokenizer as load_tokenizer
    from .sentence_piece_tokenizer import SentencePieceTokenizer as SentencePieceTokenizer
    from .sequence_packer import SequencePacker as SequencePacker
    from .split_words import split_words as split_words
    from .tokenizer import Tokenizer as Tokenizer
    from .tokenizer_kinds import TOKENIZERS as TOKENIZERS
    from .tokenizer_kinds import register_tokenizer as register_tokenizer
    from .word_piece_tokenizer import WordPieceTokenizer as WordPieceTokenizer
    from .word_tokenizer import WordTokenizer as WordTokenizer

lazy_names(__name__)
