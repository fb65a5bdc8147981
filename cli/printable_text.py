"""Text from outside, made safe for a terminal."""

import re

LONGEST_WORD = 300  # characters of a word in a message; paths are shorter

# Control characters except line end and tab, marks that change the reading direction, halves of surrogate pairs.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable_text(text: str) -> str:
    r"""Escapes control characters except `\n` and tab, so that a text cannot move the cursor or colour the terminal.

    Example:
        >>> printable_text("a\x1b[31m猫\n")
        'a\\x1b[31m猫\n'
    """
    return _UNPRINTABLE.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def one_line(text: str) -> str:
    r"""Formats a message as one printable line; very long words, e.g. names from a damaged file, are shortened.

    Example:
        >>> one_line("a name:\n\x1b[2J")
        'a name: \\x1b[2J'
    """
    words = printable_text(text).split()
    return " ".join(
        word if len(word) <= LONGEST_WORD else f"{word[: LONGEST_WORD // 2]}...{word[-LONGEST_WORD // 2 :]}"
        for word in words
    )
