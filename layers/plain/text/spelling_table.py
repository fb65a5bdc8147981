"""The characters of every token, as numbers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

CHARACTERS = 3 + 256
"""Padding, a token's start, its end, and every byte of UTF-8."""

START, END, FIRST_BYTE = 1, 2, 3


def spelling_table(tokens: Sequence[str], *, rows: int, columns: int) -> "np.ndarray":
    """Spells every token by the bytes of its printable name, between a start and an end, padded with 0.

    Args:
        tokens: tokens by id.
        rows: number of rows, at least the number of tokens; the rest are padding.
        columns: number of characters of a token that are kept, including start and end.

    Returns:
        int32 (rows, columns), numbers below `CHARACTERS`.

    Example:
        >>> spelling_table(["a", "abcd"], rows=3, columns=5).tolist()
        [[1, 100, 2, 0, 0], [1, 100, 101, 102, 2], [0, 0, 0, 0, 0]]
    """
    import numpy as np  # late: a configuration only needs the count, and `langzoo list` creates all of them

    table = np.zeros((rows, columns), np.int32)
    for row, token in enumerate(tokens):
        spelled = [FIRST_BYTE + byte for byte in token.encode()[: columns - 2]]
        table[row, : len(spelled) + 2] = [START, *spelled, END]
    return table
