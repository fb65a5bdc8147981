"""The names of the two special tokens that are the same for every kind of tokenizer."""

UNKNOWN_TOKEN = "<unk>"
"""Represents text that is not in the vocabulary."""

END_TOKEN = "<eos>"
"""Marks the end of a sentence (words) or of a text (characters and bytes)."""

REPLACEMENT_CHARACTER = "\ufffd"
"""Replaces bytes that are not UTF-8 in encoding, and unknown characters in decoding."""
