"""Batches of texts that belong together."""

import numpy as np

from ...layers.plain.text.packing_rule import packed_row, packing_style
from ...layers.text import Tokenizer
from .batch_source import BatchSource
from .embedding_corpus import EmbeddingCorpus
from .length_buckets import LengthBuckets

SPECIAL_TOKENS = 2


class EmbeddingSource(BatchSource):
    """Two or three texts per row, S, each packed alone as `SequencePacker` does, batches of like length together.

    A batch holds `token_ids` int32, `padding_mask` bool and `segment_ids` int32 (B, S, T), where T is of a few lengths;
    `keys` int32 (B, S), equal for equal texts; `labels` float32 (B,), how alike the first two texts are; `weights`
    float32 (B,), 0 for rows that only fill a batch up, and `start` bool (B,).

    Args:
        corpus: the texts.
        tokenizer: that made it.
        batch_size: rows per batch, B.
        sequence_length: tokens of a text at most, special ones included; what is longer is cut.
        seed: of the order, or None to read bucket after bucket from front to back.
        buckets: lengths at most that batches are padded to, see `LengthBuckets`; the longest text of a row counts.
    """

    def __init__(
        self,
        corpus: EmbeddingCorpus,
        tokenizer: Tokenizer,
        *,
        batch_size: int,
        sequence_length: int,
        seed: int | None,
        buckets: int = 1,
    ):
        self.corpus = corpus
        self.batch_size = batch_size
        self._tokenizer = tokenizer
        self._style = packing_style(tokenizer.kind)
        self._labels, self._keys = corpus.labels, corpus.keys
        columns = corpus.store.columns
        lengths = np.stack([columns[name].lengths + SPECIAL_TOKENS for name in corpus.names], axis=1)
        self._lengths = lengths.astype(np.int32)  # (N, S)
        longest = self._lengths.max(axis=1)
        self.sequence_length = int(min(longest.max(), sequence_length))
        self.cut_texts = int((lengths > self.sequence_length).sum())
        self.cut_tokens = int(np.maximum(lengths - self.sequence_length, 0).sum())
        self._buckets = LengthBuckets(
            longest, batch_size=batch_size, longest=self.sequence_length, most=buckets, seed=seed
        )
        self.steps_per_epoch = self._buckets.batches_per_epoch
        corpus.store.release()

    @property
    def fields(self):
        """See `BatchSource.fields`; the lengths are those of the buckets."""
        texts = len(self.corpus.names)
        return {
            "token_ids": (np.int32, (texts, None)),
            "padding_mask": (np.bool_, (texts, None)),
            "segment_ids": (np.int32, (texts, None)),
            "keys": (np.int32, (texts,)),
            "labels": (np.float32, ()),
            "weights": (np.float32, ()),
            "start": (np.bool_, ()),
        }

    def examples(self, step):
        """See `BatchSource.examples`."""
        return self._buckets.batch(step)[1]

    def rows(self, step, first, count):
        """See `BatchSource.rows`."""
        length, items = self._buckets.batch(step)
        shape = (count, len(self.corpus.names), length)
        rows = {
            "token_ids": np.full(shape, self._tokenizer.padding_id, np.int32),
            "padding_mask": np.zeros(shape, np.bool_),
            "segment_ids": np.zeros(shape, np.int32),
            "keys": np.zeros(shape[:2], np.int32),
            "labels": np.zeros(count, np.float32),
            "weights": np.zeros(count, np.float32),
            "start": np.ones(count, np.bool_),
        }
        rows["padding_mask"][:, :, 0] = True  # a row that sees nothing at all would be no sequence
        start_id, closing_id = self._tokenizer.start_id, self._tokenizer.closing_id
        for row, item in enumerate(items[first : first + count]):
            for place, name in enumerate(self.corpus.names):
                text = self.corpus.store.columns[name].row(item).tolist()
                packed, _ = packed_row(
                    text, start_id=start_id, closing_id=closing_id, max_length=length, style=self._style
                )
                rows["token_ids"][row, place, : len(packed)] = packed
                rows["padding_mask"][row, place, : len(packed)] = True
            rows["keys"][row] = self._keys[item].astype(np.int32)  # the lower half
            rows["labels"][row] = self._labels[item]
            rows["weights"][row] = 1
        return rows

    def tokens(self, first, stop):
        """See `BatchSource.tokens`."""
        real = positions = 0
        for step in range(first, stop):
            length, items = self._buckets.batch(step)
            real += int(np.minimum(self._lengths[items], length).sum())
            positions += length * self.batch_size * len(self.corpus.names)
        return real, positions
