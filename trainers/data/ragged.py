"""Rows of any length in one array."""

from typing import NamedTuple

import numpy as np


class Ragged(NamedTuple):
    """A row of values for every example, of any length.

    Attributes:
        values: (M,), the values of all rows, one row after the other.
        starts: int64 (N + 1,): row i is `values[starts[i]:starts[i + 1]]`.
    """

    values: np.ndarray
    starts: np.ndarray

    def row(self, index: int) -> np.ndarray:
        """The values of an example."""
        return self.values[self.starts[index] : self.starts[index + 1]]

    @property
    def lengths(self) -> np.ndarray:
        """The lengths of all rows, int64 (N,)."""
        return np.diff(self.starts)
