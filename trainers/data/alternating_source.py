"""Batches that alternate between several tasks."""

from collections.abc import Mapping

import numpy as np

from .batch_source import BatchSource
from .recent_results import RecentResults
from .task_place import PLACE


class AlternatingSource(BatchSource):
    """Alternates between the batches of several sources, in an order that is a function of (seed, epoch).

    An epoch has as many batches as all sources together. With `alpha` 1 each source has its own number of them, so that
    every example occurs once (Liu et al. 2019, algorithm 1); otherwise the shares of the sources are proportional to
    size ** alpha (Raffel et al. 2020, 3.5.2, with 1 / T for alpha), at least one batch each, and a source continues in
    the next epoch where it stopped in this one.

    A batch contains the fields of every source with its name and a dot as a prefix, those of the inactive sources as
    rows of zeros, one position long; `task_place` int32 (B,), the index of the source; `weights`, ones, and
    `start`.

    Args:
        sources: name -> source, all with the same number of rows per batch, none with a state to carry.
        seed: seed of the order, or None for one source after the other.
        alpha: 0 for the same number of batches of each source, 1 for as many as it has.

    Raises:
        ValueError: no source, or sources with different numbers of rows per batch.

    Example:
        >>> source = AlternatingSource({"mood": mood, "names": names}, seed=0)
        >>> source.steps_per_epoch == mood.steps_per_epoch + names.steps_per_epoch
        True
    """

    def __init__(self, sources: Mapping[str, BatchSource], *, seed: int | None, alpha: float = 1.0):
        if len({source.batch_size for source in sources.values()}) != 1:
            raise ValueError("AlternatingSource: all sources must have the same number of rows per batch")
        self.sources = dict(sources)
        self._names = list(sources)
        self._seed = seed
        each = list(sources.values())
        self.batch_size = each[0].batch_size
        self.sequence_length = max(source.sequence_length for source in each)
        self.cut_tokens = sum(source.cut_tokens for source in each)
        self.cut_texts = sum(source.cut_texts for source in each)
        self.quotas = _quotas([source.steps_per_epoch for source in each], alpha)
        self.steps_per_epoch = sum(self.quotas)
        self._epoch = RecentResults(self._dealt)

    @property
    def fields(self):
        """See `BatchSource.fields`."""
        own = {
            f"{name}.{field}": (dtype, (None,) * len(shape))
            for name, source in self.sources.items()
            for field, (dtype, shape) in source.fields.items()
        }
        return {**own, PLACE: (np.int32, ()), "weights": (np.float32, ()), "start": (np.bool_, ())}

    def turn(self, step: int) -> tuple[str, int]:
        """The source of the batch of a step, and the step within that source."""
        epoch, index = divmod(step, self.steps_per_epoch)
        places, ranks = self._epoch(epoch)
        place = int(places[index])
        return self._names[place], epoch * self.quotas[place] + int(ranks[index])

    def turns(self, figure, first, stop):
        """See `BatchSource.turns`: the name of a figure begins with that of its source."""
        name = figure.partition(".")[0]
        if name not in self.sources:
            return stop - first
        return sum(self.turn(step)[0] == name for step in range(first, stop))

    def rows(self, step, first, count):
        """See `BatchSource.rows`."""
        own, own_step = self.turn(step)
        rows = {
            f"{name}.{field}": np.zeros((count, *(1 for _ in shape)), dtype)
            for name, source in self.sources.items()
            if name != own
            for field, (dtype, shape) in source.fields.items()
        }
        rows |= {f"{own}.{field}": value for field, value in self.sources[own].rows(own_step, first, count).items()}
        place = np.full(count, self._names.index(own), np.int32)
        return {**rows, PLACE: place, "weights": np.ones(count, np.float32), "start": np.ones(count, np.bool_)}

    def tokens(self, first, stop):
        """See `BatchSource.tokens`."""
        real = positions = 0
        for step in range(first, stop):
            name, own_step = self.turn(step)
            source = self.sources[name]
            full = source.batch_size * source.sequence_length
            counted = source.tokens(own_step, own_step + 1) or (full, full)
            real, positions = real + counted[0], positions + counted[1]
        return real, positions

    def _dealt(self, epoch: int) -> tuple[np.ndarray, np.ndarray]:
        """For every batch of an epoch, the index of its source and its number within that source."""
        places = np.repeat(np.arange(len(self.quotas)), self.quotas)
        if self._seed is not None:
            places = np.random.default_rng([self._seed, epoch]).permutation(places)
        ranks = np.empty_like(places)
        for place, quota in enumerate(self.quotas):
            ranks[places == place] = np.arange(quota)
        return places, ranks


def _quotas(sizes: list[int], alpha: float) -> list[int]:
    """Whole numbers in proportion to size ** alpha, at least 1 each, with the same sum as the sizes."""
    if alpha == 1:
        return list(sizes)
    shares = np.array(sizes, np.float64) ** alpha
    exact = shares / shares.sum() * sum(sizes)
    quotas = np.maximum(np.floor(exact), 1).astype(int)
    for place in np.argsort(quotas - exact, kind="stable")[: max(sum(sizes) - int(quotas.sum()), 0)]:
        quotas[place] += 1
    return [int(quota) for quota in quotas]
