"""The order of examples in an epoch."""

import numpy as np

from .recent_results import RecentResults


class ShuffledOrder:
    """A permutation of n items for every epoch, a pure function of (seed, epoch).

    Args:
        size: number of items, n.
        seed: None keeps them in order.

    Example:
        >>> order = ShuffledOrder(4, seed=1)
        >>> sorted(order.item(0, i) for i in range(4))
        [0, 1, 2, 3]
    """

    def __init__(self, size: int, *, seed: int | None):
        self._size = size
        self._seed = seed
        self._permutation = RecentResults(self._permute)

    def item(self, epoch: int, index: int) -> int:
        """The item at an index of an epoch's order."""
        return index if self._seed is None else int(self._permutation(self._seed, epoch)[index])

    def _permute(self, seed: int, epoch: int) -> np.ndarray:
        return np.random.default_rng([seed, epoch]).permutation(self._size)
