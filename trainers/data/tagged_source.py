"""Batches of texts with one tag per word."""

import numpy as np

from ...layers.plain.text.word_packing import FRAME, longest_word
from ...layers.text import Tokenizer
from .bucketed_source import BucketedSource
from .tagged_corpus import TaggedCorpus


class TaggedSource(BucketedSource):
    """Rows of words, packed by `WordPacker`, with batches of similar length.

    A text that is longer than a row takes several (`windows_of_words`), so that no word is omitted. A batch contains
    `token_ids` int32, `padding_mask` bool and `segment_ids` int32 (B, T), where T is one of a few lengths;
    `word_places` and `tags` int32 and `weights` float32 (B, W), 0 after a row's words; `num_words` int32 (B,), and
    `start` bool (B,). With intents also `intents` int32 and `intent_weights` float32 (B,), 1 for the first row of a
    text.

    Args:
        corpus: the texts.
        tokenizer: the tokenizer of the corpus.
        labels: names of the tags, in the model's order.
        intents: intents of the model; none for a model that does not predict them.
        batch_size: rows per batch, B.
        sequence_length: maximum number of tokens per row, including special ones.
        last: whether the last token of a word represents it, or the first.
        seed: seed of the order, or None to read bucket after bucket from front to back.
        buckets: maximum number of lengths that batches are padded to, see `LengthBuckets`.
    """

    def __init__(
        self,
        corpus: TaggedCorpus,
        tokenizer: Tokenizer,
        *,
        labels,
        intents=(),
        batch_size: int,
        sequence_length: int,
        last: bool,
        seed: int | None,
        buckets: int = 1,
    ):
        self._ends = tokenizer.start_id, tokenizer.closing_id
        self._padding_id = tokenizer.padding_id
        self._stand_in = tokenizer.closing_id if tokenizer.unknown_id is None else tokenizer.unknown_id
        self._ids = corpus.store.columns["text"]
        self._tags = corpus.tag_ids(labels)
        self._intents = corpus.intent_ids(intents) if intents else None
        self._last = last
        room = sequence_length - FRAME
        found = corpus.store.columns["sizes"]
        self._all_sizes = np.asarray(found.values, np.int64)  # (N,), for all words
        self._begins = np.cumsum(self._all_sizes) - self._all_sizes  # start of each word among all ids
        # A word without tokens is read as one unknown token, a long one is truncated.
        self._sizes = np.clip(self._all_sizes, 1, longest_word(room))
        self._limits = self._first_words(np.asarray(found.starts, np.int64), room)  # (R + 1,)
        ends = np.concatenate([[0], np.cumsum(self._sizes)])
        lengths = np.diff(ends[self._limits]) + FRAME
        super().__init__(lengths, batch_size=batch_size, longest=sequence_length, seed=seed, buckets=buckets)
        corpus.store.release()

    def _first_words(self, splits: np.ndarray, room: int) -> np.ndarray:
        """The first word of each row, and the number of words: `windows_of_words` for all texts at once."""
        ends = np.concatenate([[0], np.cumsum(self._sizes)])
        counts = np.diff(splits)
        text_of_word = np.repeat(np.arange(len(counts)), counts)
        totals = np.diff(ends[splits])[text_of_word]
        firsts = ends[:-1] - ends[splits[:-1]][text_of_word]
        windows = np.where(totals <= room, 0, firsts // longest_word(room))
        begins = np.ones(len(windows), np.bool_)
        begins[1:] = (np.diff(windows) != 0) | (np.diff(text_of_word) != 0)
        first_words = np.flatnonzero(begins)
        self._texts = text_of_word[first_words]  # text of each row
        return np.append(first_words, len(windows))

    @property
    def fields(self):
        """See `BatchSource.fields`; the lengths are those of the buckets."""
        of_text = {"intents": (np.int32, ()), "intent_weights": (np.float32, ())}
        return {
            **({} if self._intents is None else of_text),
            "token_ids": (np.int32, (None,)),
            "padding_mask": (np.bool_, (None,)),
            "segment_ids": (np.int32, (None,)),
            "word_places": (np.int32, (None,)),
            "tags": (np.int32, (None,)),
            "weights": (np.float32, (None,)),
            "num_words": (np.int32, ()),
            "start": (np.bool_, ()),
        }

    def rows(self, step, first, count):
        """See `BatchSource.rows`."""
        length, items = self._buckets.batch(step)
        words = length - FRAME  # a word has at least one token: all batches of a bucket's length have one shape
        rows = {
            **self.empty_rows(count, length, padding_id=self._padding_id),
            "word_places": np.zeros((count, words), np.int32),
            "tags": np.zeros((count, words), np.int32),
            "weights": np.zeros((count, words), np.float32),
            "num_words": np.zeros(count, np.int32),
            "intents": np.zeros(count, np.int32),
            "intent_weights": np.zeros(count, np.float32),
        }
        for row, item in enumerate(items[first : first + count]):
            here = slice(self._limits[item], self._limits[item + 1])
            ids, places = self._packed(here)
            rows["token_ids"][row, : len(ids)] = ids
            rows["padding_mask"][row, : len(ids)] = True
            rows["word_places"][row, : len(places)] = places
            rows["tags"][row, : len(places)] = self._tags[here]
            rows["weights"][row, : len(places)] = 1
            rows["num_words"][row] = len(places)
            if self._intents is not None and (item == 0 or self._texts[item - 1] != self._texts[item]):
                rows["intents"][row] = self._intents[self._texts[item]]
                rows["intent_weights"][row] = 1
        return rows

    def _packed(self, words: slice) -> tuple[np.ndarray, np.ndarray]:
        """The ids of a row, including special tokens, and the positions that represent its words."""
        sizes = self._sizes[words]
        ends = np.cumsum(sizes)
        firsts = ends - sizes
        # The index of each token among all ids: that of its word's first token plus its offset in the word.
        inner = np.arange(ends[-1]) - np.repeat(firsts, sizes) + np.repeat(self._begins[words], sizes)
        filled = np.repeat(self._all_sizes[words] > 0, sizes)
        ids = np.full(len(inner), self._stand_in, np.int32)
        ids[filled] = self._ids.values[inner[filled]]
        start_id, closing_id = self._ends
        framed = np.concatenate([[start_id], ids, [closing_id]])
        return framed, 1 + (ends - 1 if self._last else firsts)
