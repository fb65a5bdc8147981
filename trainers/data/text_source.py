"""Batches of whole texts with labels."""

import numpy as np

from ...layers.plain.text.packing_rule import packed_row, packing_style
from ...layers.text import Tokenizer
from .batch_source import BatchSource
from .labelled_corpus import LabelledCorpus
from .length_buckets import LengthBuckets


class TextSource(BatchSource):
    """A text, or a pair of texts, per row, packed as `SequencePacker` does, batches of like length together.

    A batch holds `token_ids` int32, `padding_mask` bool and `segment_ids` int32 (B, T), where T is of a few lengths;
    `labels` int32 (B,), `weights` float32 (B,), 0 for rows that only fill a batch up, and `start` bool (B,).

    Args:
        corpus: the texts.
        tokenizer: that made it.
        labels: names of the classes.
        batch_size: texts per batch, B.
        sequence_length: tokens of a row at most, special ones included; what is longer is cut, the longer of a pair
            first.
        seed: of the order, or None to read bucket after bucket from front to back.
        buckets: lengths at most that batches are padded to, see `LengthBuckets`.
    """

    def __init__(
        self,
        corpus: LabelledCorpus,
        tokenizer: Tokenizer,
        *,
        labels,
        batch_size: int,
        sequence_length: int,
        seed: int | None,
        buckets: int = 1,
    ):
        self.corpus = corpus
        self.batch_size = batch_size
        self._ids = {"start_id": tokenizer.start_id, "closing_id": tokenizer.closing_id}
        self._padding_id = tokenizer.padding_id
        self._style = packing_style(tokenizer.kind)
        self._labels = corpus.label_ids(labels)
        texts, pairs = (corpus.store.columns[name].lengths for name in ("text", "pair"))
        special = (4 if self._style == "roberta" else 3) if corpus.has_pairs else 2
        lengths = texts + pairs + special
        self.sequence_length = int(min(lengths.max(), sequence_length))
        self.cut_texts = int((lengths > self.sequence_length).sum())
        self.cut_tokens = int(np.maximum(lengths - self.sequence_length, 0).sum())
        self._buckets = LengthBuckets(
            lengths, batch_size=batch_size, longest=self.sequence_length, most=buckets, seed=seed
        )
        self.steps_per_epoch = self._buckets.batches_per_epoch

    @property
    def fields(self):
        """See `BatchSource.fields`; the lengths are those of the buckets."""
        return {
            "token_ids": (np.int32, (None,)),
            "padding_mask": (np.bool_, (None,)),
            "segment_ids": (np.int32, (None,)),
            "labels": (np.int32, ()),
            "weights": (np.float32, ()),
            "start": (np.bool_, ()),
        }

    def rows(self, step, first, count):
        """See `BatchSource.rows`."""
        length, items = self._buckets.batch(step)
        rows = {
            "token_ids": np.full((count, length), self._padding_id, np.int32),
            "padding_mask": np.zeros((count, length), np.bool_),
            "segment_ids": np.zeros((count, length), np.int32),
            "labels": np.zeros(count, np.int32),
            "weights": np.zeros(count, np.float32),
            "start": np.ones(count, np.bool_),
        }
        rows["padding_mask"][:, 0] = True  # a row that sees nothing at all would be no sequence
        for row, item in enumerate(items[first : first + count]):
            ids, segments = self._packed(item, length)
            rows["token_ids"][row, : len(ids)] = ids
            rows["padding_mask"][row, : len(ids)] = True
            rows["segment_ids"][row, : len(ids)] = segments
            rows["labels"][row] = self._labels[item]
            rows["weights"][row] = 1
        return rows

    def _packed(self, item: int, length: int) -> tuple[list[int], list[int]]:
        columns = self.corpus.store.columns
        second = columns["pair"].row(item).tolist() if self.corpus.has_pairs else None
        return packed_row(columns["text"].row(item).tolist(), second, **self._ids, max_length=length, style=self._style)
