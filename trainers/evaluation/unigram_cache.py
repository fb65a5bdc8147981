"""A cache of the last words. Importing this loads no TensorFlow."""

from collections import Counter, deque

import numpy as np

from ...layers.plain.errors import UserError

LARGEST = 1_000_000


class UnigramCache:
    """p(x) of a token by its frequency among the last N, each weighted by decay^age (Kuhn & De Mori 1990).

    IEEE Transactions on Pattern Analysis and Machine Intelligence 12(6); with a decay as in Clarkson & Robinson 1997.
    Its memory is bounded by N. With an empty cache, all tokens are equally likely.

    Args:
        size: N, 1 to 1,000,000.
        vocabulary_size: vocabulary size, V.
        decay: weight of a token relative to the next one, above 0 and at most 1; 1 weighs all equally.

    Raises:
        UserError: an argument outside these ranges.

    Example:
        >>> UnigramCache(2, vocabulary_size=4).read(np.array([3, 3, 1, 3, 3])).tolist()
        [0.25, 1.0, 0.0, 0.5, 0.5]
    """

    def __init__(self, size: int, *, vocabulary_size: int, decay: float = 1.0):
        if not 1 <= size <= LARGEST:
            raise UserError(f"--cache {size}: must be from 1 to {LARGEST:,} tokens")
        if not 0 < decay <= 1:
            raise UserError(f"--cache-decay {decay}: must be above 0 and at most 1, which weighs all equally")
        self._size, self._decay, self._uniform = size, decay, 1 / vocabulary_size
        self._oldest = decay**size  # the weight of a token when it leaves
        self._last: deque[int] = deque()
        self._counts: Counter[int] = Counter()  # count of each token among the last N
        self._weights: dict[int, tuple[float, int]] = {}  # weight of each of these tokens, and when it was computed
        self._total, self._time = 0.0, 0

    def read(self, tokens: np.ndarray) -> np.ndarray:
        """The probability of each token (N,) given those before it, float64; later calls continue from here."""
        found = np.empty(len(tokens))
        last, counts, weights, decay, size = self._last, self._counts, self._weights, self._decay, self._size
        total, time = self._total, self._time
        for place, token in enumerate(tokens.tolist()):
            weight, since = weights.get(token, (0.0, time))
            weight *= decay ** (time - since)  # relative to the newest token, whose age is 0
            found[place] = weight / total if total else self._uniform
            time += 1
            weights[token] = (weight * decay + 1, time)
            total = total * decay + 1
            last.append(token)
            counts[token] += 1
            if len(last) > size:
                gone = last.popleft()
                counts[gone] -= 1
                weight, since = weights[gone]
                total -= self._oldest
                if counts[gone]:
                    weights[gone] = (weight * decay ** (time - since) - self._oldest, time)
                else:
                    del weights[gone], counts[gone]
        self._total, self._time = total, time
        return found
