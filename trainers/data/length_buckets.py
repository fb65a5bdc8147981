"""Batches of examples of similar length, to reduce padding."""

from collections.abc import Iterator

import numpy as np

from .recent_results import RecentResults

LEAST_BATCHES = 2  # that the examples of a bucket fill on average: the last one is short, and padded with empty rows
MOST_DIFFERENT = 512  # number of lengths that are distinguished
BLOCK = 2**19


class LengthBuckets:
    """Batches of examples of similar length, each padded to one of a few lengths; a function of (seed, epoch).

    Every example belongs to the bucket with the smallest sufficient length. An epoch splits each bucket's examples, in
    a new order, into batches (the last of a bucket may be short), and shuffles the batches if there are several
    buckets.

    Args:
        lengths: lengths of the examples, (N,), at least 1.
        batch_size: examples per batch.
        longest: the maximum length, beyond which examples are truncated; the last bucket.
        most: maximum number of buckets, at least 1; fewer if there are few examples. Their lengths minimize the number
            of padded positions.
        seed: seed of the order, or None for batches in the order of the examples, bucket after bucket.

    Example:
        >>> buckets = LengthBuckets(np.array([3, 20, 4, 5]), batch_size=1, longest=32, most=2, seed=None)
        >>> buckets.lengths, [(length, items.tolist()) for length, items in map(buckets.batch, range(4))]
        ((5, 32), [(5, [0]), (5, [2]), (5, [3]), (32, [1])])
    """

    def __init__(self, lengths: np.ndarray, *, batch_size: int, longest: int, most: int, seed: int | None):
        fitting = max(1, min(most, len(lengths) // (LEAST_BATCHES * batch_size)))
        self.lengths = best_lengths(lengths, longest=longest, most=fitting)
        self._batch_size = batch_size
        self._seed = seed
        of_length = np.searchsorted(self.lengths, np.arange(longest + 1)).astype(np.uint16)
        bucket_of = np.empty(len(lengths), np.uint16)
        for block in _blocks(len(lengths)):
            bucket_of[block] = of_length[np.minimum(lengths[block], longest)]
        self._members = [np.flatnonzero(bucket_of == bucket).astype(np.int32) for bucket in range(len(self.lengths))]
        self._ends = np.cumsum([-(-len(members) // batch_size) for members in self._members])  # in batches
        self.batches_per_epoch = int(self._ends[-1])
        self._epoch = RecentResults(self._dealt)

    def batch(self, step: int) -> tuple[int, np.ndarray]:
        """The length that the batch of a step is padded to, and the indices of its examples, at most batch_size."""
        epoch, place = divmod(step, self.batches_per_epoch)
        orders, turns = self._epoch(epoch)
        place = place if turns is None else int(turns[place])
        bucket = int(np.searchsorted(self._ends, place, side="right"))
        first = (place - (int(self._ends[bucket - 1]) if bucket else 0)) * self._batch_size
        return self.lengths[bucket], orders[bucket][first : first + self._batch_size]

    def _dealt(self, epoch: int) -> tuple[list[np.ndarray], np.ndarray | None]:
        """The order of the examples of every bucket, and that of all batches; None for one after the other."""
        if self._seed is None:
            return self._members, None
        random = np.random.default_rng([self._seed, epoch])
        orders = [random.permutation(members) for members in self._members]
        return orders, random.permutation(self.batches_per_epoch) if len(self.lengths) > 1 else None


def _blocks(size: int) -> Iterator[slice]:
    """Slices of all rows, small enough that intermediate arrays stay small."""
    return (slice(start, start + BLOCK) for start in range(0, size, BLOCK))


def best_lengths(lengths: np.ndarray, *, longest: int, most: int) -> tuple[int, ...]:
    """Returns the lengths of buckets that minimize padding, by dynamic programming.

    Args:
        lengths: lengths of the examples, (N,); longer ones are truncated.
        longest: the length of the last bucket.
        most: maximum number of buckets.

    Returns:
        The lengths, in ascending order.

    Example:
        >>> best_lengths(np.array([3, 3, 4, 9, 20]), longest=20, most=3)
        (4, 9, 20)
    """
    grain = -(-longest // MOST_DIFFERENT)
    of_length = np.zeros(longest + 1, np.int64)
    for block in _blocks(len(lengths)):
        of_length += np.bincount(np.minimum(lengths[block], longest), minlength=longest + 1)
    found = np.flatnonzero(of_length)
    values, places = np.unique(np.minimum(-(-found // grain) * grain, longest), return_inverse=True)
    counts = np.zeros(len(values), np.int64)
    np.add.at(counts, places, of_length[found])
    if values[-1] != longest:
        values, counts = np.append(values, longest), np.append(counts, 0)
    total = np.cumsum(counts).astype(np.float64)  # number of examples up to each value
    costs, befores = [values * total], []
    later = np.tril(np.ones((len(values), len(values)), bool), -1)
    while len(costs) < most:
        # Positions with one more bucket: the last one has length values[i], those before it reach up to values[j].
        split = costs[-1][None] + values[:, None] * (total[:, None] - total[None])
        split = np.where(later, split, np.inf)
        if split[-1].min() >= costs[-1][-1]:
            break
        befores.append(split.argmin(axis=1))
        costs.append(split.min(axis=1))
    place, chosen = len(values) - 1, []
    for before in reversed([None, *befores]):
        chosen.append(int(values[place]))
        place = place if before is None else int(before[place])
    return tuple(reversed(chosen))
