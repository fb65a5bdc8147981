"""The names of the two tokens that stand for no piece of text, the same for every kind of tokenizer."""

import reprlib
from collections.abc import Sequence

from ..errors import UserError

UNKNOWN_TOKEN = "<unk>"
"""Stands for every piece of text that the vocabulary does not hold."""

END_TOKEN = "<eos>"
"""Stands for the end of a sentence (words) or of a text (characters and bytes)."""

REPLACEMENT_CHARACTER = "\ufffd"
"""What is read for bytes that are not UTF-8, and written for an unknown character."""


def check_special_tokens(tokens: Sequence[str]) -> None:
    """Raises UserError for special tokens that no text can hold, or of which two can overlap.

    Args:
        tokens: the names of all special tokens of a tokenizer, each once.
    """
    for token in tokens:
        if not token or any(character.isspace() for character in token):
            raise UserError(f"a special token must be text without white space, not {reprlib.repr(token)}")
        for other in tokens:
            if token != other and (token in other or any(token.endswith(other[:n]) for n in range(1, len(other)))):
                raise UserError(f"the special tokens {token!r} and {other!r} can overlap: rename one")
