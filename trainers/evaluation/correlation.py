"""Pearson's and Spearman's correlation."""

import numpy as np


def pearson(first, second) -> float:
    """Pearson's coefficient of two lists (N,), -1 to 1; NaN where one of them is constant, or N is below 2.

    Example:
        >>> round(pearson([1, 2, 3], [1, 2, 2]), 6)
        0.866025
    """
    x, y = (np.asarray(values, np.float64) - np.mean(values, dtype=np.float64) for values in (first, second))
    norm = np.sqrt((x * x).sum() * (y * y).sum())
    return float((x * y).sum() / norm) if norm > 0 else float("nan")


def spearman(first, second) -> float:
    """Spearman's coefficient of two lists (N,): Pearson's of their ranks, equal values sharing the mean of theirs.

    Example:
        >>> round(spearman([1, 2, 2, 4], [10, 20, 30, 40]), 6)
        0.948683
    """
    return pearson(average_ranks(first), average_ranks(second))


def average_ranks(values) -> np.ndarray:
    """Ranks from 1, float64 (N,); equal values have the mean of the ranks that they take up.

    Example:
        >>> average_ranks([30, 10, 30]).tolist()
        [2.5, 1.0, 2.5]
    """
    _, places, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[places]
