"""Sparse rows of counts, looked up in a graph."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import tensorflow as tf


def add_integers(layer: Any, name: str, size: int, dtype: str) -> Any:
    """Adds a weight to a table: integers (size,), 0 until they are set, never trained."""
    return layer.add_weight(name=name, shape=(size,), dtype=dtype, initializer="zeros", trainable=False)


def check_integers(owner: str, arrays: Iterable[tuple[str, np.ndarray, int]]) -> None:
    """Raises ValueError for an array that is not integers of its size.

    Args:
        owner: name of the table, for messages.
        arrays: name, array and size of each.
    """
    for name, array, size in arrays:
        if array.shape != (size,) or not np.issubdtype(array.dtype, np.integer):
            raise ValueError(
                f"{owner}: {name} must be integers of shape ({size},), not {array.dtype} of shape {array.shape}"
            )


def dense_rows(start, end, columns, counts, *, longest, width):
    """Returns the rows whose entries are in [start, end), as float32 (N, width); memory depends on the longest row.

    Args:
        start, end: int32 (N,), where each row's entries begin and end.
        columns: int32 (E,), at least one, of all entries.
        counts: int64 (E,).
        longest: the maximum number of entries of a row.
        width: number of columns.
    """
    size = tf.shape(start)[0]
    entries = start[:, tf.newaxis] + tf.range(longest)  # (N, longest)
    inside = entries < end[:, tf.newaxis]
    entries = tf.minimum(entries, columns.shape[0] - 1)
    # Entries beyond the row add 0 to column 0.
    places = tf.gather(columns, entries)
    places = tf.where(inside, places, tf.zeros_like(places))
    values = tf.cast(tf.gather(counts, entries), tf.float32)
    values = tf.where(inside, values, tf.zeros_like(values))
    rows = tf.zeros_like(places) + tf.range(size)[:, tf.newaxis]
    return tf.scatter_nd(tf.stack([rows, places], axis=-1), values, (size, width))


def find_sorted(values, wanted, start, end, *, longest):
    """Finds each wanted value by binary search, unrolled so that it runs in LiteRT; returns index and whether found.

    Args:
        values: integers (E,), at least one, rising within every [start, end).
        wanted: of the same type, any shape.
        start, end: int32 of that shape: where to look.
        longest: the length of the longest such range.

    Returns:
        int32 indices, valid ones even if nothing is found, and bool, both of that shape.
    """
    last = values.shape[0] - 1
    low, high = start, end
    for _ in range(longest.bit_length()):
        middle = low + (high - low) // 2
        below = (low < high) & (tf.gather(values, tf.minimum(middle, last)) < wanted)
        low, high = tf.where(below, middle + 1, low), tf.where(below, high, middle)
    place = tf.minimum(low, last)
    return place, (low < end) & (tf.gather(values, place) == wanted)
