"""Packing words for a tagger, in NumPy: the same rule as in graphs. Needs no TensorFlow."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

FRAME = 2  # the special tokens before and after a row


class _PackedWords(NamedTuple):
    """Rows of tokens with the words of one text, in order.

    Attributes:
        rows: the token ids of each row, including special tokens; at least one row.
        places: for each row the positions that represent its words.
    """

    rows: list[list[int]]
    places: list[list[int]]


def word_prefix(kind: str) -> str:
    """Returns the prefix of a word for tokenization: a space if tokens include the space before a word, as in BPE.

    Example:
        >>> word_prefix("bpe"), word_prefix("wordpiece")
        (' ', '')
    """
    return " " if kind == "bpe" else ""


def longest_word(room: int) -> int:
    """Returns the maximum number of tokens of one word, in rows with room for that many tokens."""
    return max(room // 2, 1)


def windows_of_words(sizes: np.ndarray, room: int) -> np.ndarray:
    """Returns the row of each word of one text, from 0: one row if all fit, otherwise rows of about half the room.

    The rule needs no loop, so that a graph computes the same.

    Args:
        sizes: number of tokens of each word, 1 to `longest_word(room)`; int (W,).
        room: number of tokens of a row, without special tokens.

    Example:
        >>> windows_of_words(np.array([2, 1, 1]), room=4), windows_of_words(np.array([2, 1, 1, 2]), room=4)
        (array([0, 0, 0]), array([0, 1, 1, 2]))
    """
    firsts = np.cumsum(sizes) - sizes
    return firsts * 0 if sizes.sum() <= room else firsts // longest_word(room)


def packed_words(
    pieces: Sequence[Sequence[int]], *, start_id: int, closing_id: int, unknown_id: int, max_length: int, last: bool
) -> _PackedWords:
    """Packs the words of a text into rows of tokens.

    Args:
        pieces: the token ids of each word.
        start_id, closing_id: the special tokens before and after a row.
        unknown_id: the token for a word without tokens.
        max_length: the maximum number of tokens of a row, including special ones.
        last: whether the last token of a word represents it, as for models that read from left to right, or the first.

    Example:
        >>> packed_words([[5, 6], [7], []], start_id=1, closing_id=2, unknown_id=0, max_length=8, last=False)
        _PackedWords(rows=[[1, 5, 6, 7, 0, 2]], places=[[1, 3, 4]])
    """
    room = max_length - FRAME
    words = [list(ids[: longest_word(room)]) or [unknown_id] for ids in pieces]
    windows = windows_of_words(np.array([len(ids) for ids in words], np.int64), room)
    rows: list[list[int]] = [[] for _ in range(int(windows[-1]) + 1 if len(words) else 1)]
    places: list[list[int]] = [[] for _ in rows]
    for ids, window in zip(words, windows, strict=True):
        row = rows[window]
        places[window].append(len(row) + 1 + (len(ids) - 1 if last else 0))
        row += ids
    return _PackedWords([[start_id, *row, closing_id] for row in rows], places)
