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
        """0, 1, ... as int32 (count,)."""
        return np.arange(count, dtype=np.int32)

    @staticmethod
    def width(array: np.ndarray) -> int:
        """The number of columns."""
        return array.shape[-1]

    @staticmethod
    def column(value: Any, kind: type) -> np.ndarray:
        """One value per row, (B, 1), or one for all, (1, 1), in 32 bits."""
        return np.reshape(np.asarray(value, np.int32 if kind is int else np.float32), (-1, 1))

    @staticmethod
    def row(values: Any, kind: type) -> np.ndarray:
        """One row, (1, n), in 32 bits."""
        return NumPyOps.column(values, kind).T

    @staticmethod
    def concat(arrays: list[np.ndarray]) -> np.ndarray:
        """Columns side by side."""
        return np.concatenate(arrays, axis=1)

    @staticmethod
    def columns(array: np.ndarray, places: Any) -> np.ndarray:
        """The columns at those places, one or several: (B, n)."""
        return array[:, np.atleast_1d(places)]

    @staticmethod
    def contains(ids: np.ndarray, counts: np.ndarray, size: int) -> np.ndarray:
        """Which of `size` ids each row (B, H) holds at a place that counts: bool (B, size)."""
        found = np.zeros((len(ids), size), bool)
        rows, places = np.nonzero(np.broadcast_to(counts, ids.shape))
        found[rows, ids[rows, places]] = True
        return found

    @staticmethod
    def counts(ids: np.ndarray, counts: np.ndarray, size: int) -> np.ndarray:
        """How often each row (B, H) holds each of `size` ids at a place that counts: float32 (B, size)."""
        found = np.zeros((len(ids), size), np.float32)
        rows, places = np.nonzero(np.broadcast_to(counts, ids.shape))
        np.add.at(found, (rows, ids[rows, places]), 1)
        return found

    @staticmethod
    def log_softmax(scores: np.ndarray) -> np.ndarray:
        """log p of each row of scores (B, V)."""
        relative = scores - scores.max(axis=-1, keepdims=True)
        return relative - np.log(np.exp(relative).sum(axis=-1, keepdims=True))

    @staticmethod
    def sum(values: np.ndarray) -> np.ndarray:
        """The sum of each row, (B, 1)."""
        return values.sum(axis=-1, keepdims=True)

    @staticmethod
    def highest(values: np.ndarray) -> np.ndarray:
        """The largest of each row, (B, 1)."""
        return values.max(axis=-1, keepdims=True)

    @staticmethod
    def rising(keys: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Each row of both (B, V) in the order of rising keys."""
        order = np.argsort(keys, axis=-1, kind="stable")
        return np.take_along_axis(keys, order, -1), np.take_along_axis(values, order, -1)

    @staticmethod
    def sums_so_far(values: np.ndarray) -> np.ndarray:
        """Cumulative sums of each row (B, V)."""
        return np.cumsum(values, axis=-1, dtype=np.float32)

    @staticmethod
    def host(function: Callable[..., np.ndarray], given: list[Any], *, like: np.ndarray) -> np.ndarray:
        """What a Python function makes of arrays: bool of the shape of `like`."""
        del like
        return function(*given)

    @staticmethod
    def greatest(values: np.ndarray) -> int:
        """The largest of all."""
        return int(values.max())

    @staticmethod
    def minimum(one: Any, other: Any) -> Any:
        """The smaller of two scalars."""
        return min(one, other)

    @staticmethod
    def maximum(array: Any, bound: Any) -> Any:
        """The larger of each."""
        return np.maximum(array, bound)

    @staticmethod
    def loop(first: int, end: int, body: Callable[[int, np.ndarray], np.ndarray], value: np.ndarray) -> np.ndarray:
        """`value` after `value = body(k, value)` for every k from `first` up to `end`, which is not reached."""
        for k in range(first, end):
            value = body(k, value)
        return value
