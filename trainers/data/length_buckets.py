"""Examples of like length side by side, so that little is padded."""

import functools

import numpy as np

SHORTEST = 8


class LengthBuckets:
    """Batches of examples of like length, each padded to one of a few lengths; a function of (seed, epoch).

    Every example belongs to the bucket of the shortest length that holds it. An epoch deals each bucket's examples, in
    a new order, into batches (the last of a bucket may be short), and shuffles the batches where there are several
    buckets.

    Args:
        lengths: of the examples, (N,), at least 1.
        batch_size: examples per batch.
        longest: the longest that is not cut; the last bucket.
        most: buckets at most, at least 1. Their lengths are the longest, its half and so on, `SHORTEST` at least.
        seed: of the order, or None for batches in the order of the examples, bucket after bucket.

    Example:
        >>> buckets = LengthBuckets(np.array([3, 20, 4, 5]), batch_size=2, longest=32, most=3, seed=None)
        >>> buckets.lengths, [(length, items.tolist()) for length, items in map(buckets.batch, range(3))]
        ((8, 16, 32), [(8, [0, 2]), (8, [3]), (32, [1])])
    """

    def __init__(self, lengths: np.ndarray, *, batch_size: int, longest: int, most: int, seed: int | None):
        halves = [longest]
        while len(halves) < most and halves[-1] > SHORTEST:
            halves.append(max(-(-halves[-1] // 2), SHORTEST))
        self.lengths: tuple[int, ...] = tuple(reversed(halves))
        self._batch_size = batch_size
        self._seed = seed
        bucket_of = np.searchsorted(self.lengths, np.minimum(lengths, longest)).astype(np.uint8)
        self._members = [np.flatnonzero(bucket_of == bucket).astype(np.int32) for bucket in range(len(self.lengths))]
        self.batches_per_epoch = sum(-(-len(members) // batch_size) for members in self._members)
        self._epoch = functools.lru_cache(maxsize=2)(self._dealt)

    def batch(self, step: int) -> tuple[int, np.ndarray]:
        """The length that the batch of a step is padded to, and the numbers of its examples, at most batch_size."""
        epoch, place = divmod(step, self.batches_per_epoch)
        return self._epoch(epoch)[place]

    def _dealt(self, epoch: int) -> list[tuple[int, np.ndarray]]:
        random = None if self._seed is None else np.random.default_rng([self._seed, epoch])
        batches = []
        for length, members in zip(self.lengths, self._members, strict=True):
            order = members if random is None else random.permutation(members)
            starts = range(0, len(order), self._batch_size)
            batches += [(length, order[start : start + self._batch_size]) for start in starts]
        if random is not None and len(self.lengths) > 1:
            batches = [batches[place] for place in random.permutation(len(batches))]
        return batches
