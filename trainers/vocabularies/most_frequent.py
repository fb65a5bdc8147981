"""Selection of the most frequent tokens for counted vocabularies."""

from collections.abc import Mapping

from ...layers.plain.errors import UserError
from ...layers.text import END_TOKEN, UNKNOWN_TOKEN


def most_frequent(counts: Mapping[str, int], *, size: int | None, min_frequency: int = 1) -> list[str]:
    """Puts `<unk>` and `<eos>` before the most frequent tokens.

    Args:
        counts: the count of each token.
        size: maximum vocabulary size, including the two; None keeps all.
        min_frequency: minimum count of a token.

    Returns:
        `<unk>`, `<eos>`, then the tokens by decreasing frequency, ties in the order of their code points.

    Raises:
        UserError: no token is left.
        ValueError: `size` below 2.

    Example:
        >>> most_frequent({"b": 1, "a": 1, "c": 5}, size=4)
        ['<unk>', '<eos>', 'c', 'a']
    """
    if size is not None and size < 2:
        raise ValueError(f"size must be at least 2, for {UNKNOWN_TOKEN} and {END_TOKEN}, got {size}")
    if not counts:
        raise UserError("the text to train the vocabulary on is empty: give text with words in it")
    frequent = sorted((-count, token) for token, count in counts.items() if count >= min_frequency)
    if not frequent:
        raise UserError(f"no token of the text is seen {min_frequency} times: lower min_frequency, or give more text")
    return [UNKNOWN_TOKEN, END_TOKEN, *(token for _, token in frequent)][:size]
