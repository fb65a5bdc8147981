"""Pearson's and Spearman's correlation, by scipy, which is loaded on first use."""

from typing import Any

import numpy as np


def pearson(first: Any, second: Any) -> float:
    """Pearson's coefficient of two lists (N,), -1 to 1; NaN if one of them is constant, or N is below 2.

    Example:
        >>> round(pearson([1, 2, 3], [1, 2, 2]), 6)
        0.866025
    """
    return _coefficient("pearsonr", first, second)


def spearman(first: Any, second: Any) -> float:
    """Spearman's coefficient of two lists (N,): Pearson's of their ranks, where ties share their mean rank.

    Example:
        >>> round(spearman([1, 2, 2, 4], [10, 20, 30, 40]), 6)
        0.948683
    """
    return _coefficient("spearmanr", first, second)


def _coefficient(function: str, first: Any, second: Any) -> float:
    import scipy.stats

    both = [np.asarray(values, np.float64) for values in (first, second)]
    if any(len(values) < 2 or np.ptp(values) == 0 for values in both):
        return float("nan")
    return float(getattr(scipy.stats, function)(*both).statistic)
