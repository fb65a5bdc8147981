"""Lines with random numbers for latent-variable models."""

import numpy as np

from ...layers.plain.errors import UserError
from .bucketed_source import BucketedSource
from .token_corpus import TokenCorpus


class SentenceSource(BucketedSource):
    """A line per row, in batches of similar length, each row with a seed, and the step for step-dependent settings.

    A batch contains `token_ids` int32 (B, T), the start token and the line without its last token, `targets` int32
    (B, T), the line, `weights` float32 (B, T), 0 on padding, `start` bool (B,), always true, `seeds` int32 (B,), a
    function of the seed, the step and the row, and `step` int32 (B,), the same for all rows.

    Args:
        corpus: the text.
        batch_size: lines per batch, B.
        sequence_length: maximum number of tokens per line; longer lines are truncated.
        seed: seed of the order and of the rows' seeds; None for evaluation: from front to back, bucket after bucket.
        buckets: maximum number of lengths that batches are padded to, see `LengthBuckets`.

    Raises:
        UserError: the text has no line with a token.
    """

    def __init__(
        self, corpus: TokenCorpus, *, batch_size: int, sequence_length: int, seed: int | None, buckets: int = 1
    ):
        lengths = np.diff(corpus.line_starts)
        self._lines = np.flatnonzero(lengths > 0)
        if not len(self._lines):
            raise UserError("the text has no line with a token in it")
        self.corpus, self._seed = corpus, seed
        super().__init__(
            lengths[self._lines], batch_size=batch_size, longest=sequence_length, seed=seed, buckets=buckets
        )

    @property
    def fields(self):
        """See `BatchSource.fields`; the lengths are those of the buckets."""
        one = self.sequence_length if len(self._buckets.lengths) == 1 else None
        return {
            "token_ids": (np.int32, (one,)),
            "targets": (np.int32, (one,)),
            "weights": (np.float32, (one,)),
            "start": (np.bool_, ()),
            "seeds": (np.int32, ()),
            "step": (np.int32, ()),
        }

    def rows(self, step, first, count):
        """See `BatchSource.rows`."""
        length, items = self._buckets.batch(step)
        draw = np.random.default_rng([0 if self._seed is None else self._seed, 3, step])
        seeds = draw.integers(2**31, size=self.batch_size, dtype=np.int32)
        rows = {
            "token_ids": np.full((count, length), self.corpus.start_id, np.int32),
            "targets": np.zeros((count, length), np.int32),
            "weights": np.zeros((count, length), np.float32),
            "start": np.ones(count, np.bool_),
            "seeds": seeds[first : first + count],
            "step": np.full(count, step, np.int32),
        }
        for row, item in enumerate(items[first : first + count]):
            start = self.corpus.line_starts[self._lines[item]]
            words = self.corpus.tokens[start : start + min(self._lengths[item], length)]
            rows["token_ids"][row, 1 : len(words)] = words[:-1]
            rows["targets"][row, : len(words)] = words
            rows["weights"][row, : len(words)] = 1
        return rows
