"""Rows of varying length in one array."""

import functools
import mmap
import os
from typing import BinaryIO, NamedTuple

import numpy as np


class Ragged(NamedTuple):
    """A row of values per example, of any length.

    Attributes:
        values: (M,), the values of all rows, one row after the other.
        starts: int64 (N + 1,): row i is `values[starts[i]:starts[i + 1]]`.
    """

    values: np.ndarray
    starts: np.ndarray

    def row(self, index: int) -> np.ndarray:
        """The values of an example."""
        start, stop = int(self.starts[index]), int(self.starts[index + 1])
        values = self.values
        if not isinstance(values, np.memmap) or not isinstance(values.base, mmap.mmap) or not hasattr(os, "pread"):
            return values[start:stop]
        # Read, not accessed through the mapping: every access keeps up to megabytes of the file around it in memory.
        size = values.itemsize
        place = values.offset + start * size
        file = _opened(str(values.filename))  # held here: if two threads open it at once, only one is cached
        found = os.pread(file.fileno(), (stop - start) * size, place)
        return np.frombuffer(found, values.dtype)

    @property
    def lengths(self) -> np.ndarray:
        """The lengths of all rows, int32 (N,)."""
        # In blocks, without copies of eight bytes per row; if a start does not fit, the difference is still correct.
        lengths = np.subtract(self.starts[1:], self.starts[:-1], dtype=np.int32, casting="unsafe")
        release(self.starts)
        return lengths


def release(array: np.ndarray) -> None:
    """Releases the memory of the accessed parts of a mapped file; later accesses read from disk again.

    A mapped file that was read as a whole is in memory as a whole.
    """
    if isinstance(array.base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):  # not on Windows
        array.base.madvise(mmap.MADV_DONTNEED)


@functools.lru_cache(maxsize=64)
def _opened(name: str) -> BinaryIO:
    return open(name, "rb", buffering=0)
