"""Tokenizers without TensorFlow, for models that run without it: the ids and the text of `layers.text`."""

from .load_plain_tokenizer import load_plain_tokenizer
from .plain_tokenizer import PlainTokenizer

__all__ = ["PlainTokenizer", "load_plain_tokenizer"]
