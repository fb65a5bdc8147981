"""Pairs of a source and a target as batches."""

import numpy as np

from .batch_source import BatchSource
from .pair_corpus import PairCorpus
from .shuffled_order import ShuffledOrder


class PairSource(BatchSource):
    """One pair a row, both sides padded to the longest of the corpus, shuffled anew every epoch.

    A batch holds `source_ids` int32 (B, S) and `source_mask` bool (B, S); `targets` int32 (B, T), each ended by the end
    token, and `weights` float32 (B, T), 0 on padding; and `start` bool (B,), always true.

    Args:
        corpus: the pairs.
        batch_size: pairs a batch, B.
        sequence_length: tokens of a side at most, end token included. What is longer is cut: a source ends with the end
            token all the same, which tells the encoder where it stops; a target does not, since it goes on.
        seed: of the order, or None to read from front to back.
    """

    def __init__(self, corpus: PairCorpus, *, batch_size: int, sequence_length: int, seed: int | None):
        self.corpus = corpus
        self.batch_size = batch_size
        longest = [int(np.diff(starts).max()) + 1 for starts in (corpus.source_starts, corpus.target_starts)]
        self.source_length, self.sequence_length = (min(length, sequence_length) for length in longest)
        sources, targets = (np.diff(starts) + 1 for starts in (corpus.source_starts, corpus.target_starts))
        self.cut_tokens = int(np.maximum(targets - self.sequence_length, 0).sum())
        self.cut_texts = int(((sources > self.source_length) | (targets > self.sequence_length)).sum())
        self.steps_per_epoch = -(-corpus.num_pairs // batch_size)
        self._order = ShuffledOrder(corpus.num_pairs, seed=seed)

    @property
    def fields(self):
        """See `BatchSource.fields`."""
        source, target = (self.source_length,), (self.sequence_length,)
        return {
            "source_ids": (np.int32, source),
            "source_mask": (np.bool_, source),
            "targets": (np.int32, target),
            "weights": (np.float32, target),
            "start": (np.bool_, ()),
        }

    def rows(self, step, first, count):
        """See `BatchSource.rows`."""
        epoch, place = divmod(step, self.steps_per_epoch)
        rows = {name: np.zeros((count, *shape), dtype) for name, (dtype, shape) in self.fields.items()}
        rows["start"][:] = True
        rows["source_mask"][:, 0] = True  # A row that sees nothing at all would be no sequence.
        for row in range(count):
            index = place * self.batch_size + first + row
            if index < self.corpus.num_pairs:
                self._fill(rows, row, *self.corpus.pair(self._order.item(epoch, index)))
        return rows

    def _fill(self, rows, row, source, target):
        corpus = self.corpus
        source = np.append(source[: self.source_length - 1], corpus.end_id)
        target = np.append(target, corpus.end_id)[: self.sequence_length]
        rows["source_ids"][row, : len(source)] = source
        rows["source_mask"][row, : len(source)] = True
        rows["targets"][row, : len(target)] = target
        rows["weights"][row, : len(target)] = 1
