"""How words are packed for a tagger, in NumPy: the rule that graphs follow too. Needs no TensorFlow."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

FRAME = 2  # the special tokens before and after a row


class _PackedWords(NamedTuple):
    """Rows of tokens that hold the words of one text, in turn.

    Attributes:
        rows: the token ids of each row, special tokens included; at least one row.
        places: for each row the places in it that speak for its words.
    """

    rows: list[list[int]]
    places: list[list[int]]


def word_prefix(kind: str) -> str:
    """What a word is tokenized after: a space where tokens hold the space before a word, as in byte-level BPE.

    Example:
        >>> word_prefix("bpe"), word_prefix("wordpiece")
        (' ', '')
    """
    return " " if kind == "bpe" else ""


def longest_word(room: int) -> int:
    """Tokens of one word that are read at most, in rows that have room for so many."""
    return max(room // 2, 1)


def windows_of_words(sizes: np.ndarray, room: int) -> np.ndarray:
    """The row of each word of one text, from 0: one row for all if they fit, else rows of about half the room.

    A rule that needs no loop, so that a graph computes the same.

    Args:
        sizes: tokens of each word, 1 to `longest_word(room)`; int (W,).
        room: tokens of a row, without special tokens.

    Example:
        >>> windows_of_words(np.array([2, 1, 1]), room=4), windows_of_words(np.array([2, 1, 1, 2]), room=4)
        (array([0, 0, 0]), array([0, 1, 1, 2]))
    """
    firsts = np.cumsum(sizes) - sizes
    return firsts * 0 if sizes.sum() <= room else firsts // longest_word(room)


def packed_words(
    pieces: Sequence[Sequence[int]], *, start_id: int, closing_id: int, unknown_id: int, max_length: int, last: bool
) -> _PackedWords:
    """A text of words as rows of tokens.

    Args:
        pieces: the token ids of each word.
        start_id, closing_id: the special tokens before and after a row.
        unknown_id: what stands for a word without tokens.
        max_length: tokens of a row at most, special ones included.
        last: whether the last token of a word speaks for it, as for models that read from left to right, or the first.

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
