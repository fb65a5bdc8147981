"""Tokens with their positions in a text. Needs no TensorFlow."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .unicode_classes import SPACE, members


class PlacedTokens(NamedTuple):
    """The tokens of a context, and their positions in it without the white space around them.

    Attributes:
        ids: int (N,).
        starts, limits: int (N,), characters of the context; for a token without visible characters, the limit is not
            above the start.
    """

    ids: np.ndarray
    starts: np.ndarray
    limits: np.ndarray

    @classmethod
    def of(cls, text: str, tokens: Sequence[tuple[int, int, int]]) -> "PlacedTokens":
        """Makes them from a text and the result of `PlainTokenizer.offsets`.

        Example:
            >>> PlacedTokens.of("a  b ", [(7, 0, 1), (8, 1, 2), (9, 2, 5)]).starts.tolist()
            [0, 3, 3]
        """
        ids, starts, limits = np.array(tokens, np.int64).reshape(-1, 3).T
        shows = np.flatnonzero(~members(SPACE)[np.array([ord(character) for character in text], np.int64)])
        nexts, befores = np.append(shows, len(text)), np.append(0, shows + 1)
        return cls(ids, nexts[np.searchsorted(shows, starts)], befores[np.searchsorted(shows, limits)])

    def edges(self) -> tuple[np.ndarray, np.ndarray]:
        """Whether an answer may begin and end at each token, bool (N,) both, so that no answer is represented twice.

        Tokens without a character are never edges; of several that cover one character, the first and the last are.
        """
        shows = self.starts < self.limits
        begins, ends = shows.copy(), shows.copy()
        both = shows[1:] & shows[:-1]
        begins[1:] &= ~(both & (self.starts[1:] == self.starts[:-1]))
        ends[:-1] &= ~(both & (self.limits[1:] == self.limits[:-1]))
        return begins, ends

    def span(self, start: int, limit: int) -> tuple[int, int] | None:
        """Returns the first and the last token (inclusive) of a range of characters; None if there is no token."""
        shows = self.starts < self.limits
        first = np.flatnonzero(shows & (self.limits > start))
        last = np.flatnonzero(shows & (self.starts < limit))
        return (int(first[0]), int(last[-1])) if len(first) and len(last) and first[0] <= last[-1] else None
