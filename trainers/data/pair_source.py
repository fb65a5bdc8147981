"""Batches of pairs of a source and a target."""

import numpy as np

from .batch_source import BatchSource
from .length_buckets import LengthBuckets
from .pair_corpus import PairCorpus


class PairSource(BatchSource):
    """One pair per row, shuffled in every epoch, both sides padded to the longest of the corpus or of a bucket.

    A batch contains `source_ids` int32 (B, S) and `source_mask` bool (B, S); `targets` int32 (B, T), each with the end
    token, and `weights` float32 (B, T), 0 on padding; and `start` bool (B,), always true.

    Args:
        corpus: the pairs.
        batch_size: pairs per batch, B.
        sequence_length: maximum number of tokens per side, including the tokens around it. Longer ones are truncated: a
            source keeps its end token, which tells the encoder where it stops; a target does not, since it continues.
        seed: seed of the order, or None to read from front to back.
        source_start_id: the token before every source; None for none.
        buckets: maximum number of lengths that batches are padded to, see `LengthBuckets`.
    """

    def __init__(
        self,
        corpus: PairCorpus,
        *,
        batch_size: int,
        sequence_length: int,
        seed: int | None,
        source_start_id: int | None = None,
        buckets: int = 1,
    ):
        self.corpus = corpus
        self.batch_size = batch_size
        self._before = np.array([] if source_start_id is None else [source_start_id], np.int32)
        sources, targets = corpus.sources.lengths + len(self._before) + 1, corpus.targets.lengths + 1
        self._lengths = sources, targets
        self.source_length, self.sequence_length = (
            min(int(lengths.max()), sequence_length) for lengths in (sources, targets)
        )
        self.cut_tokens = int(np.maximum(targets - self.sequence_length, 0).sum())
        self.cut_texts = int(((sources > self.source_length) | (targets > self.sequence_length)).sum())
        longest = max(self.source_length, self.sequence_length)
        self._buckets = LengthBuckets(
            np.maximum(sources, targets), batch_size=batch_size, longest=longest, most=buckets, seed=seed
        )
        self.steps_per_epoch = self._buckets.batches_per_epoch

    @property
    def fields(self):
        """See `BatchSource.fields`; with several buckets, lengths are None."""
        one = len(self._buckets.lengths) == 1
        source, target = (((length if one else None),) for length in (self.source_length, self.sequence_length))
        return pair_fields(source, target)

    def rows(self, step, first, count):
        """See `BatchSource.rows`."""
        length, items = self._buckets.batch(step)
        source, target = min(length, self.source_length), min(length, self.sequence_length)
        rows = {
            "source_ids": np.zeros((count, source), np.int32),
            "source_mask": np.zeros((count, source), np.bool_),
            "targets": np.zeros((count, target), np.int32),
            "weights": np.zeros((count, target), np.float32),
            "start": np.ones(count, np.bool_),
        }
        rows["source_mask"][:, 0] = True  # A fully masked row would not be a sequence.
        for row, item in enumerate(items[first : first + count]):
            self._fill(rows, row, *self.corpus.pair(item))
        return rows

    def tokens(self, first, stop):
        """See `BatchSource.tokens`; for both sides."""
        real = positions = 0
        for step in range(first, stop):
            length, items = self._buckets.batch(step)
            source, target = min(length, self.source_length), min(length, self.sequence_length)
            real += int(np.minimum(self._lengths[0][items], source).sum())
            real += int(np.minimum(self._lengths[1][items], target).sum())
            positions += (source + target) * self.batch_size
        return real, positions

    def _fill(self, rows, row, source, target):
        corpus = self.corpus
        room = max(rows["source_ids"].shape[1] - len(self._before) - 1, 0)
        source = np.concatenate([self._before, source[:room], [corpus.end_id]])[-rows["source_ids"].shape[1] :]
        target = np.append(target, corpus.end_id)[: rows["targets"].shape[1]]
        rows["source_ids"][row, : len(source)] = source
        rows["source_mask"][row, : len(source)] = True
        rows["targets"][row, : len(target)] = target
        rows["weights"][row, : len(target)] = 1


def pair_fields(source: tuple[int | None, ...], target: tuple[int | None, ...]) -> dict[str, tuple[type, tuple]]:
    """The fields of a batch of pairs, each its type and shape.

    Args:
        source, target: the shape of a row of each side.
    """
    return {
        "source_ids": (np.int32, source),
        "source_mask": (np.bool_, source),
        "targets": (np.int32, target),
        "weights": (np.float32, target),
        "start": (np.bool_, ()),
    }
