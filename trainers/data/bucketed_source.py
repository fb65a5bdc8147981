"""The base class of batches of examples of similar length."""

import numpy as np

from .batch_source import BatchSource
from .length_buckets import LengthBuckets


class BucketedSource(BatchSource):
    """Groups examples of similar length; a subclass knows their lengths and implements `fields` and `rows`.

    Args:
        lengths: lengths of the examples with their special tokens, (N,), or (N, S) for examples of S texts each, of
            which the longest counts.
        batch_size: examples per batch, B.
        longest: maximum number of tokens of a text; longer ones are truncated.
        seed: seed of the order, or None to read bucket after bucket from front to back.
        buckets: maximum number of lengths that batches are padded to, see `LengthBuckets`.
    """

    def __init__(self, lengths: np.ndarray, *, batch_size: int, longest: int, seed: int | None, buckets: int):
        self.batch_size = batch_size
        self._lengths = np.asarray(lengths, np.int32)
        of_rows = self._lengths if self._lengths.ndim == 1 else self._lengths.max(axis=1)  # (N,)
        self.sequence_length = int(min(of_rows.max(), longest))
        cut = self._lengths[self._lengths > self.sequence_length]
        self.cut_texts = len(cut)
        self.cut_tokens = int((cut - self.sequence_length).sum())
        self._buckets = LengthBuckets(
            of_rows, batch_size=batch_size, longest=self.sequence_length, most=buckets, seed=seed
        )
        self.steps_per_epoch = self._buckets.batches_per_epoch

    def empty_rows(self, count: int, length: int, *, padding_id: int) -> dict[str, np.ndarray]:
        """Returns the fields of every batch of texts, before any of its rows is filled."""
        shape = (count, *self._lengths.shape[1:], length)
        mask = np.zeros(shape, np.bool_)
        mask[..., 0] = True  # a fully masked row would not be a sequence
        return {
            "token_ids": np.full(shape, padding_id, np.int32),
            "padding_mask": mask,
            "segment_ids": np.zeros(shape, np.int32),
            "weights": np.zeros(count, np.float32),
            "start": np.ones(count, np.bool_),
        }

    def examples(self, step):
        """See `BatchSource.examples`."""
        return self._buckets.batch(step)[1]

    def tokens(self, first, stop):
        """See `BatchSource.tokens`."""
        real = positions = 0
        texts = self._lengths[:1].size  # per example
        for step in range(first, stop):
            length, items = self._buckets.batch(step)
            real += int(np.minimum(self._lengths[items], length).sum())
            positions += length * self.batch_size * texts
        return real, positions
