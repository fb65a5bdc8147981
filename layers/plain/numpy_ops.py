"""NumPy operations for logit rules."""

from collections.abc import Callable
from typing import Any

import numpy as np


class NumPyOps:
    """The operations of logit rules; `layers.tensor_ops.TensorOps` has the same in a graph."""

    where = staticmethod(np.where)
    exp = staticmethod(np.exp)
    sqrt = staticmethod(np.sqrt)
    abs = staticmethod(np.abs)
    lesser = staticmethod(np.minimum)
    any_above = staticmethod(lambda scores, bound: np.any(scores > bound, axis=-1, keepdims=True))

    @staticmethod
    def arange(count: int) -> np.ndarray:
        """Returns 0, 1, ... as int32 (count,)."""
        return np.arange(count, dtype=np.int32)

    @staticmethod
    def width(array: np.ndarray) -> int:
        """Returns the number of columns."""
        return array.shape[-1]

    @staticmethod
    def column(value: Any, kind: type) -> np.ndarray:
        """Returns one value per row, (B, 1), or one for all, (1, 1), in 32 bits."""
        return np.reshape(np.asarray(value, np.int32 if kind is int else np.float32), (-1, 1))

    @staticmethod
    def row(values: Any, kind: type) -> np.ndarray:
        """Returns one row, (1, n), in 32 bits."""
        return NumPyOps.column(values, kind).T

    @staticmethod
    def concat(arrays: list[np.ndarray]) -> np.ndarray:
        """Concatenates columns."""
        return np.concatenate(arrays, axis=1)

    @staticmethod
    def columns(array: np.ndarray, places: Any) -> np.ndarray:
        """Returns the columns at those positions, one or several: (B, n)."""
        return array[:, np.atleast_1d(places)]

    @staticmethod
    def contains(ids: np.ndarray, counts: np.ndarray, size: int) -> np.ndarray:
        """Returns which of `size` ids each row (B, H) has at a position that counts: bool (B, size)."""
        found = np.zeros((len(ids), size), bool)
        rows, places = np.nonzero(np.broadcast_to(counts, ids.shape))
        found[rows, ids[rows, places]] = True
        return found

    @staticmethod
    def counts(ids: np.ndarray, counts: np.ndarray, size: int) -> np.ndarray:
        """Returns how often each row (B, H) has each of `size` ids at a position that counts: float32 (B, size)."""
        found = np.zeros((len(ids), size), np.float32)
        rows, places = np.nonzero(np.broadcast_to(counts, ids.shape))
        np.add.at(found, (rows, ids[rows, places]), 1)
        return found

    @staticmethod
    def log_softmax(scores: np.ndarray) -> np.ndarray:
        """Returns log p of each row of scores (B, V)."""
        relative = scores - scores.max(axis=-1, keepdims=True)
        return relative - np.log(np.exp(relative).sum(axis=-1, keepdims=True))

    @staticmethod
    def sum(values: np.ndarray) -> np.ndarray:
        """Returns the sum of each row, (B, 1)."""
        return values.sum(axis=-1, keepdims=True)

    @staticmethod
    def highest(values: np.ndarray) -> np.ndarray:
        """Returns the maximum of each row, (B, 1)."""
        return values.max(axis=-1, keepdims=True)

    @staticmethod
    def rising(keys: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Sorts each row of both (B, V) by rising keys."""
        order = np.argsort(keys, axis=-1, kind="stable")
        return np.take_along_axis(keys, order, -1), np.take_along_axis(values, order, -1)

    @staticmethod
    def sums_so_far(values: np.ndarray) -> np.ndarray:
        """Returns the cumulative sums of each row (B, V)."""
        return np.cumsum(values, axis=-1, dtype=np.float32)

    @staticmethod
    def host(function: Callable[..., np.ndarray], given: list[Any], *, like: np.ndarray) -> np.ndarray:
        """Calls a Python function of arrays that returns bool of the shape of `like`."""
        del like
        return function(*given)

    @staticmethod
    def greatest(values: np.ndarray) -> int:
        """Returns the maximum of all."""
        return int(values.max())

    @staticmethod
    def minimum(one: Any, other: Any) -> Any:
        """Returns the smaller of two scalars."""
        return min(one, other)

    @staticmethod
    def maximum(array: Any, bound: Any) -> Any:
        """Returns the element-wise maximum."""
        return np.maximum(array, bound)

    @staticmethod
    def loop(first: int, end: int, body: Callable[[int, np.ndarray], np.ndarray], value: np.ndarray) -> np.ndarray:
        """Returns `value` after `value = body(k, value)` for every k from `first` up to `end`, exclusive."""
        for k in range(first, end):
            value = body(k, value)
        return value
