"""A character vocabulary from text."""

from collections import Counter
from collections.abc import Iterable

from ...layers.plain.errors import UserError
from .most_frequent import most_frequent


def character_vocabulary(lines: Iterable[str], *, size: int | None = None) -> list[str]:
    r"""Counts the characters of a text and keeps the most frequent.

    Args:
        lines: pieces of text. A newline is counted only if a piece contains it: a model that is to write lines needs
            pieces that end in `\n`.
        size: maximum vocabulary size, including `<unk>` and `<eos>`; None keeps all.

    Returns:
        `<unk>`, `<eos>`, then the characters by decreasing frequency, ties in the order of their code points.

    Raises:
        UserError: the text is empty, or contains half a surrogate pair.
        ValueError: `size` below 2.

    Example:
        >>> character_vocabulary(["猫和猫\n", "cat\n"], size=5)
        ['<unk>', '<eos>', '\n', '猫', 'a']
    """
    if isinstance(lines, str | bytes):
        raise ValueError("lines must be an iterable of strings, not one string")
    counts: Counter[str] = Counter()
    for line in lines:
        counts.update(line)
    if any("\ud800" <= character <= "\udfff" for character in counts):
        raise UserError("text holds half a surrogate pair, which is not Unicode: remove it")
    return most_frequent(counts, size=size)
