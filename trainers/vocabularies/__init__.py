"""How tokenizers learn their vocabularies."""

from .character_vocabulary import character_vocabulary
from .train_tokenizer import TOKENIZER_TRAINERS, register_tokenizer_trainer, train_tokenizer
from .word_vocabulary import word_vocabulary

__all__ = [
    "TOKENIZER_TRAINERS",
    "character_vocabulary",
    "register_tokenizer_trainer",
    "train_tokenizer",
    "word_vocabulary",
]
