"""Batches of questions with windows of the texts that contain their answers."""

import numpy as np

from ...layers.plain.text.packing_rule import packing_style, room_for_texts
from ...layers.plain.text.span_windows import context_place, packed_window
from ...layers.text import Tokenizer
from .bucketed_source import BucketedSource
from .span_corpus import SpanCorpus


class SpanSource(BucketedSource):
    """A question and a window of its context per row, packed by `SpanPacker`, with batches of similar length.

    A batch contains `token_ids` int32, `padding_mask` bool and `segment_ids` int32 (B, T), where T is one of a few
    lengths; `first_places` and `last_places` int32 (B,), the positions of the answer's first and last token, both 0 if
    the window does not contain all of it; `weights` float32 (B,), 0 for padding rows, and `start` bool (B,).

    Args:
        corpus: the questions.
        tokenizer: the tokenizer of the corpus.
        batch_size: windows per batch, B.
        max_length: maximum number of tokens per row, including special ones.
        stride: tokens between the starts of two windows, see `window_starts`.
        seed: seed of the order, or None to read bucket after bucket from front to back.
        buckets: maximum number of lengths that batches are padded to, see `LengthBuckets`.
    """

    def __init__(
        self,
        corpus: SpanCorpus,
        tokenizer: Tokenizer,
        *,
        batch_size: int,
        max_length: int,
        stride: int,
        seed: int | None,
        buckets: int = 1,
    ):
        self._columns = corpus.store.columns
        self._frame = {"start_id": tokenizer.start_id, "closing_id": tokenizer.closing_id}
        self._padding_id = tokenizer.padding_id
        self._style = packing_style(tokenizer.kind)
        whole = room_for_texts(max_length, pair=True, style=self._style)
        questions, contexts = (self._columns[name].lengths for name in ("question", "context"))
        self._room = whole - questions  # (N,)
        # `window_starts` for all contexts at once.
        step = np.minimum(stride, np.maximum(self._room // 2, 1))
        counts = 1 + -(-np.maximum(contexts - self._room, 0) // step)
        self.limits = np.concatenate([[0], np.cumsum(counts)])  # the first row of each question, and their number
        self._items = np.repeat(np.arange(len(counts)), counts)  # (R,)
        self.firsts = (np.arange(len(self._items)) - self.limits[self._items]) * step[self._items]
        self.sizes = np.minimum(self._room[self._items], contexts[self._items] - self.firsts)
        lengths = max_length - whole + questions[self._items] + self.sizes
        super().__init__(lengths, batch_size=batch_size, longest=max_length, seed=seed, buckets=buckets)
        corpus.store.release()

    @property
    def fields(self):
        """See `BatchSource.fields`; the lengths are those of the buckets."""
        return {
            "token_ids": (np.int32, (None,)),
            "padding_mask": (np.bool_, (None,)),
            "segment_ids": (np.int32, (None,)),
            "first_places": (np.int32, ()),
            "last_places": (np.int32, ()),
            "weights": (np.float32, ()),
            "start": (np.bool_, ()),
        }

    def place(self, item: int) -> int:
        """The position in its rows at which the context of a question begins."""
        return context_place(len(self._columns["question"].row(item)), style=self._style)

    def rows(self, step, first, count):
        """See `BatchSource.rows`."""
        length, items = self._buckets.batch(step)
        rows = {
            **self.empty_rows(count, length, padding_id=self._padding_id),
            "first_places": np.zeros(count, np.int32),
            "last_places": np.zeros(count, np.int32),
        }
        for row, window in enumerate(items[first : first + count]):
            item, begin = int(self._items[window]), self.firsts[window]
            limit = begin + self.sizes[window]
            question, context, span = (self._columns[name].row(item) for name in ("question", "context", "span"))
            ids, segments = packed_window(
                question.tolist(), context[begin:limit].tolist(), **self._frame, style=self._style
            )
            rows["token_ids"][row, : len(ids)] = ids
            rows["padding_mask"][row, : len(ids)] = True
            rows["segment_ids"][row, : len(ids)] = segments
            if len(span) and begin <= span[0] and span[1] < limit:
                place = context_place(len(question), style=self._style) - begin
                rows["first_places"][row], rows["last_places"][row] = place + span[0], place + span[1]
            rows["weights"][row] = 1
        return rows
