"""A cache of bounded size."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, ItemsView
from typing import Any


class BoundedCache:
    """A cache of values by key that discards the least recently used value when it is full.

    Args:
        most: the maximum number of keys.

    Example:
        >>> cache, numbers = BoundedCache(1), itertools.count()
        >>> [cache.made(key, lambda: next(numbers)) for key in "aaba"]
        [0, 0, 1, 2]
    """

    def __init__(self, most: int):
        self._most = most
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    def made(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Returns the value of the key, which is made if it is not cached."""
        try:
            self._kept.move_to_end(key)
            return self._kept[key]
        except KeyError:  # never made, or discarded, perhaps by another thread just now
            found = self._kept[key] = make()
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return found

    def clear(self) -> None:
        """Discards all values."""
        self._kept.clear()

    def items(self) -> ItemsView[Hashable, Any]:
        """Returns all cached values, by key."""
        return self._kept.items()

    def __len__(self) -> int:
        return len(self._kept)
