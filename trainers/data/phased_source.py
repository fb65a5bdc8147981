"""Batches whose row length changes during training."""

import itertools
from collections.abc import Iterator, Sequence

from .batch_source import BatchSource


class PhasedSource(BatchSource):
    """Several sources one after the other, each for a share of the steps (Devlin et al. 2019, appendix A.2).

    The source of a batch is a function of its step only, so that a resumed run gets the same batch. A batch
    has the fields of all sources; lengths that differ are unknown to a graph, which is traced once, and XLA compiles
    the step once for each.

    Args:
        sources: the sources in order, with the same number of rows per batch and the same fields; none carries a state.
        shares: share of the steps of each source except the last, which gets the rest.
        epochs: how often the text is read if `total_steps` is 0.
        total_steps: number of steps of the run; 0 for as many as `epochs` take.

    Attributes:
        sequence_length: that of the last source.
        steps_per_epoch: number of steps that read the text once, averaged over the phases.
        total_steps: number of steps of the run.
        borders: the first step of each phase, and the end of the last one.

    Raises:
        ValueError: sources with different numbers of rows per batch or different fields.

    Example:
        >>> source = PhasedSource([short, long], shares=[0.9], total_steps=1000)
        >>> source.borders
        (0, 900, 1000)
    """

    def __init__(self, sources: Sequence[BatchSource], *, shares: Sequence[float], epochs: int = 1, total_steps: int):
        if len({(source.batch_size, tuple(source.fields)) for source in sources}) != 1:
            raise ValueError("PhasedSource: all sources must have the same fields and number of rows per batch")
        self.sources = tuple(sources)
        last = sources[-1]
        self.batch_size, self.sequence_length = last.batch_size, last.sequence_length
        self.cut_tokens, self.cut_texts = last.cut_tokens, last.cut_texts
        all_shares = [*shares, 1 - sum(shares)]
        read = sum(share / source.steps_per_epoch for share, source in zip(all_shares, sources, strict=True))
        self.steps_per_epoch = max(1, round(1 / read))
        self.total_steps = total_steps or epochs * self.steps_per_epoch
        ends = [round(self.total_steps * share) for share in itertools.accumulate(shares)]
        self.borders = (0, *ends, self.total_steps)

    @property
    def fields(self):
        """See `BatchSource.fields`; None for lengths that differ from phase to phase."""
        each = [source.fields for source in self.sources]
        return {
            name: (dtype, tuple(sizes[0] if len({*sizes}) == 1 else None for sizes in _sides(each, name)))
            for name, (dtype, _) in each[-1].items()
        }

    def rows(self, step, first, count):
        """See `BatchSource.rows`."""
        source, own_step = self.turn(step)
        return source.rows(own_step, first, count)

    def turn(self, step: int) -> tuple[BatchSource, int]:
        """The source of the batch of a step, and the step within that source."""
        place = max(index for index in range(len(self.sources)) if not index or self.borders[index] <= step)
        return self.sources[place], step - self.borders[place]

    def positions(self, first, stop):
        """See `BatchSource.positions`."""
        return sum(source.positions(begin, end) for source, begin, end in self._parts(first, stop))

    def epochs(self, first, stop):
        """See `BatchSource.epochs`."""
        return sum(source.epochs(begin, end) for source, begin, end in self._parts(first, stop))

    def _parts(self, first: int, stop: int) -> Iterator[tuple[BatchSource, int, int]]:
        """The sources of these steps, with the range of each source's own steps."""
        ends = (*self.borders[1:-1], max(stop, self.total_steps))
        for source, begin, end in zip(self.sources, self.borders, ends, strict=False):
            if max(first, begin) < min(stop, end):
                yield source, max(first, begin) - begin, min(stop, end) - begin


def _sides(fields, name):
    """The sizes of each dimension of a field in all sources."""
    return zip(*(each[name][1] for each in fields), strict=True)
