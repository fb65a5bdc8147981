"""A function with a small cache of results."""

import functools
from collections.abc import Callable, Hashable
from typing import Any


class RecentResults:
    """A function that caches its last results, and is pickled without them.

    Args:
        function: a function, or a method of the object that contains this one.
        size: number of results to cache.

    Example:
        >>> squares = RecentResults(lambda number: number**2)
        >>> squares(3), squares(3)
        (9, 9)
    """

    def __init__(self, function: Callable[..., Any], size: int = 2):
        self._function, self._size = function, size
        self._cached = functools.lru_cache(size)(function)

    def __call__(self, *arguments: Hashable) -> Any:
        """The function's result, computed or cached."""
        return self._cached(*arguments)

    def __reduce__(self):
        return RecentResults, (self._function, self._size)
