"""What a model says of a window of a text. Needs no TensorFlow."""

from typing import NamedTuple

import numpy as np


class WindowLogits(NamedTuple):
    """What a model says of a row of a question and a window.

    Attributes:
        first: the first token of the window, among those of the context.
        place: where in the row the window begins.
        size: tokens of the window.
        starts, ends: float (T,), the logits of the row's places.
    """

    first: int
    place: int
    size: int
    starts: np.ndarray
    ends: np.ndarray
