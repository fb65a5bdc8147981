"""Text as parallel streams, each continued from batch to batch."""

import numpy as np

from ...layers.plain.errors import UserError
from .batch_source import BatchSource
from .token_corpus import TokenCorpus


class StreamSource(BatchSource):
    """The corpus cut into B streams of equal length; a batch is the next T tokens of each.

    For models that carry their state (Zaremba et al. 2014, section 4). As there, the last tokens that do not fill a
    batch are omitted from an epoch; all streams start again at its end.

    Args:
        corpus: the text.
        batch_size: number of streams, B.
        sequence_length: tokens of each stream per batch, T.
        reset_every: number of batches of the first epoch after which a stream's state is reset, each stream at a time
            of its own; 0 resets only where an epoch begins. Without it a model first sees an empty state where the
            second epoch begins, which may set it back far.

    Raises:
        UserError: the text does not fill one batch.
    """

    carries_state = True

    def __init__(self, corpus: TokenCorpus, *, batch_size: int, sequence_length: int, reset_every: int = 0):
        self.corpus = corpus
        self._reset_every = reset_every
        self.batch_size = batch_size
        self.sequence_length = sequence_length
        self.stream_length = len(corpus) // batch_size
        self.steps_per_epoch = self.stream_length // sequence_length
        if self.steps_per_epoch == 0:
            raise UserError(
                f"the text has {len(corpus):,} tokens; {batch_size} streams of {sequence_length} need "
                f"{batch_size * sequence_length:,}: give more text, or a smaller batch_size or sequence_length"
            )

    def rows(self, step, first, count):
        """See `BatchSource.rows`."""
        place = step % self.steps_per_epoch
        starts = [
            row * self.stream_length + place * self.sequence_length for row in range(first, first + count)
        ]  # of each row's targets
        length = self.sequence_length
        return {
            "token_ids": np.stack([self.corpus.before(start, start + length) for start in starts]),
            "targets": np.stack([self.corpus.tokens[start : start + length] for start in starts]),
            "weights": np.ones((count, length), np.float32),
            "start": self._starts_anew(step, np.arange(first, first + count)),
        }

    def _starts_anew(self, step, rows):
        """Whether each row's state is reset before the batch; the resets of the rows are spread evenly."""
        begins = step % self.steps_per_epoch == 0
        if begins or not self._reset_every or step >= self.steps_per_epoch:
            return np.full(len(rows), begins)
        return (step + rows * self._reset_every // self.batch_size) % self._reset_every == 0
