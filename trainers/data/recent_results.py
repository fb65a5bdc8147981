"""A function that remembers its last results."""

import functools
from collections.abc import Callable, Hashable
from typing import Any


class RecentResults:
    """A function that remembers its last results, and goes to another process without them.

    Args:
        function: a function, or a method of the object that this is kept in.
        size: how many results are remembered.

    Example:
        >>> squares = RecentResults(lambda number: number**2)
        >>> squares(3), squares(3)
        (9, 9)
    """

    def __init__(self, function: Callable[..., Any], size: int = 2):
        self._function, self._size = function, size
        self._cached = functools.lru_cache(size)(function)

    def __call__(self, *arguments: Hashable) -> Any:
        """The function's result, computed or remembered."""
        return self._cached(*arguments)

    def __reduce__(self):
        return RecentResults, (self._function, self._size)
