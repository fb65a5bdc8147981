"""The evidence of a word for the class of a text. Needs no TensorFlow."""

from typing import NamedTuple

import numpy as np


class WordEvidence(NamedTuple):
    """One factor of p(text | class).

    Attributes:
        word: its id; None for all words of the vocabulary that the text does not have.
        count: how often it occurs; 0 if its absence counts.
        values: log of the factor for each class, float64 (C,).
        given: the id of the word that it depends on, in a tree; None for none.
        given_count: 1 if that word occurs, otherwise 0.

    Example:
        >>> WordEvidence(7, 2, np.log([0.25, 0.5])).count
        2
    """

    word: int | None
    count: int
    values: np.ndarray
    given: int | None = None
    given_count: int = 0
