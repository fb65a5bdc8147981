"""The names of the two tokens that stand for no piece of text, the same for every kind of tokenizer."""

UNKNOWN_TOKEN = "<unk>"
"""Stands for every piece of text that the vocabulary does not hold."""

END_TOKEN = "<eos>"
"""Stands for the end of a sentence (words) or of a text (characters and bytes)."""

REPLACEMENT_CHARACTER = "\ufffd"
"""What is read for bytes that are not UTF-8, and written for an unknown character."""
