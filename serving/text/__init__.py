"""Tokenizers that run without TensorFlow, with the same ids and text as those of `layers.text`."""

from .load_plain_tokenizer import load_plain_tokenizer
from .plain_tokenizer import PlainTokenizer

__all__ = ["PlainTokenizer", "load_plain_tokenizer"]
