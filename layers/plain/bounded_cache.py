"""A cache of a bounded number of things."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, ItemsView
from typing import Any


class BoundedCache:
    """Keeps what was made for a key; beyond a number of keys, what was asked for longest ago is forgotten.

    Args:
        most: keys that are kept.

    Example:
        >>> cache, numbers = BoundedCache(1), itertools.count()
        >>> [cache.made(key, lambda: next(numbers)) for key in "aaba"]
        [0, 0, 1, 2]
    """

    def __init__(self, most: int):
        self._most = most
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    def made(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What is kept for the key; made where nothing is."""
        try:
            self._kept.move_to_end(key)
            return self._kept[key]
        except KeyError:  # never made, or forgotten, perhaps by another thread just now
            found = self._kept[key] = make()
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return found

    def clear(self) -> None:
        """Forgets all."""
        self._kept.clear()

    def items(self) -> ItemsView[Hashable, Any]:
        """All that is kept, by key."""
        return self._kept.items()

    def __len__(self) -> int:
        return len(self._kept)
