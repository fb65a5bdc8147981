"""A model's logits for a window of a text. Needs no TensorFlow."""

from typing import NamedTuple

import numpy as np


class WindowLogits(NamedTuple):
    """A model's logits for a row of a question and a window.

    Attributes:
        first: the first token of the window, among those of the context.
        place: the position in the row where the window begins.
        size: number of tokens of the window.
        starts, ends: float (T,), the logits of the row's positions.
    """

    first: int
    place: int
    size: int
    starts: np.ndarray
    ends: np.ndarray
