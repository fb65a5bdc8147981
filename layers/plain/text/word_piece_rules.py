"""Options of WordPiece and the written form of its pieces. Needs no TensorFlow."""

from collections.abc import Iterable, Mapping
from typing import Any

from .word_patterns import CJK_CHARACTER

PREFIX = "##"
"""The prefix of a piece inside a word."""

CJK_PIECE = rf"(?:##)?(?:{CJK_CHARACTER}|[\x{{3000}}-\x{{303f}}\x{{ff00}}-\x{{ffef}}“”‘’—…·])+"
"""RE2's pattern of Chinese and Japanese with their punctuation: no space between two of these."""

SPECIAL_TOKENS = ("unknown_token", "start_token", "separator_token", "mask_token", "padding_token")
"""The options that name special tokens."""


def written_pieces(vocabulary: Iterable[str]) -> list[str]:
    """Returns the text of each piece after others: most begin with a space.

    Example:
        >>> written_pieces(["play", "##ing", "!"])
        [' play', 'ing', '!']
    """
    # The reference's clean-up of English, which looks at one token at a time.
    close = {".", "?", "!", ",", "n't", "'m", "'s", "'ve", "'re"}
    return [
        token[len(PREFIX) :] if token.startswith(PREFIX) else token if token in close else f" {token}"
        for token in vocabulary
    ]


def check_word_piece_options(options: Mapping[str, Any]) -> None:
    """Raises ValueError for an option of the wrong type."""
    for name in ("lowercase", "split_chinese"):
        if not isinstance(options[name], bool):
            raise ValueError(f"{name} must be True or False, got {options[name]!r}")
    if options["strip_accents"] is not None and not isinstance(options["strip_accents"], bool):
        raise ValueError(f"strip_accents must be True, False or None, got {options['strip_accents']!r}")
    longest = options["max_characters_per_word"]
    if isinstance(longest, bool) or not isinstance(longest, int) or longest < 1:
        raise ValueError(f"max_characters_per_word must be an integer of at least 1, got {longest!r}")
    for name in SPECIAL_TOKENS:
        if not isinstance(options[name], str):
            raise ValueError(f"{name} must be a string, got {options[name]!r}")
