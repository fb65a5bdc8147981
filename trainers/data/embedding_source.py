"""Batches of texts that belong together."""

import numpy as np

from ...layers.plain.text.packing_rule import packed_row, packing_style
from ...layers.text import Tokenizer
from .bucketed_source import BucketedSource
from .embedding_corpus import EmbeddingCorpus

SPECIAL_TOKENS = 2


class EmbeddingSource(BucketedSource):
    """Two or three texts per row, S, each packed alone by `SequencePacker`, with batches of similar length.

    A batch contains `token_ids` int32, `padding_mask` bool and `segment_ids` int32 (B, S, T), where T is one of a few
    lengths; `keys` int32 (B, S), equal for equal texts; `labels` float32 (B,), the similarity of the first two texts;
    `weights` float32 (B,), 0 for padding rows, and `start` bool (B,).

    Args:
        corpus: the texts.
        tokenizer: the tokenizer of the corpus.
        batch_size: rows per batch, B.
        sequence_length: maximum number of tokens per text, including special ones; longer texts are truncated.
        seed: seed of the order, or None to read bucket after bucket from front to back.
        buckets: maximum number of lengths that batches are padded to, see `LengthBuckets`; the longest text of a row
            counts.
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
        self._ends = tokenizer.start_id, tokenizer.closing_id
        self._padding_id = tokenizer.padding_id
        self._style = packing_style(tokenizer.kind)
        self._labels, self._keys = corpus.labels, corpus.keys
        columns = corpus.store.columns
        lengths = np.stack([columns[name].lengths + SPECIAL_TOKENS for name in corpus.names], axis=1)
        super().__init__(lengths, batch_size=batch_size, longest=sequence_length, seed=seed, buckets=buckets)
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

    def rows(self, step, first, count):
        """See `BatchSource.rows`."""
        length, items = self._buckets.batch(step)
        rows = {
            **self.empty_rows(count, length, padding_id=self._padding_id),
            "keys": np.zeros((count, len(self.corpus.names)), np.int32),
            "labels": np.zeros(count, np.float32),
        }
        start_id, closing_id = self._ends
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
