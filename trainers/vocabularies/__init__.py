"""Training of tokenizers."""

from .byte_pair_vocabulary import byte_pair_vocabulary
from .character_vocabulary import character_vocabulary
from .train_tokenizer import TOKENIZER_TRAINERS, register_tokenizer_trainer, train_tokenizer
from .unigram_model import unigram_model
from .word_piece_vocabulary import word_piece_vocabulary
from .word_vocabulary import word_vocabulary

__all__ = [
    "TOKENIZER_TRAINERS",
    "byte_pair_vocabulary",
    "character_vocabulary",
    "register_tokenizer_trainer",
    "train_tokenizer",
    "unigram_model",
    "word_piece_vocabulary",
    "word_vocabulary",
]
