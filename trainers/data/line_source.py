"""Text as lines, each an example."""

import numpy as np

from ...layers.plain.errors import UserError
from .batch_source import BatchSource
from .shuffled_order import ShuffledOrder
from .token_corpus import TokenCorpus


class LineSource(BatchSource):
    """One line per row, padded to the length of the longest, shuffled in every epoch.

    Args:
        corpus: the text; a line over `sequence_length` tokens becomes several rows, each with a fresh start.
        batch_size: lines per batch, B.
        sequence_length: maximum number of tokens per row.
        seed: seed of the order, or None to read from front to back.

    Raises:
        UserError: the text has no line with a token.
    """

    def __init__(self, corpus: TokenCorpus, *, batch_size: int, sequence_length: int, seed: int | None):
        self.corpus = corpus
        starts, lengths, _ = pieces_of_rows(corpus.line_starts[:-1], np.diff(corpus.line_starts), sequence_length)
        if len(starts) == 0:
            raise UserError("the text has no line with a token in it")
        self._starts, self._lengths = starts, lengths
        self.predicts_firsts = corpus.add_start
        self.batch_size = batch_size
        self.sequence_length = int(lengths.max())
        self.steps_per_epoch = -(-len(starts) // batch_size)
        self._order = ShuffledOrder(len(starts), seed=seed)

    def rows(self, step, first, count):
        """See `BatchSource.rows`."""
        epoch, place = divmod(step, self.steps_per_epoch)
        rows = {
            "token_ids": np.full((count, self.sequence_length), self.corpus.start_id, np.int32),
            "targets": np.zeros((count, self.sequence_length), np.int32),
            "weights": np.zeros((count, self.sequence_length), np.float32),
            "start": np.ones(count, np.bool_),
        }
        for row in range(count):
            index = place * self.batch_size + first + row
            if index >= len(self._starts):
                break
            item = self._order.item(epoch, index)
            start, length = self._starts[item], self._lengths[item]
            words = self.corpus.tokens[start : start + length]
            if self.corpus.add_start:
                rows["token_ids"][row, 1:length] = words[:-1]  # after the token that starts every line
            else:
                rows["token_ids"][row, : length - 1], words = words[:-1], words[1:]
            rows["targets"][row, : len(words)] = words
            rows["weights"][row, : len(words)] = 1
        return rows


def pieces_of_rows(starts: np.ndarray, lengths: np.ndarray, longest: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Splits rows that are too long and drops empty ones: starts and lengths of the pieces, and the row of each.

    Example:
        >>> pieces_of_rows(np.array([0, 5]), np.array([5, 2]), 3)
        (array([0, 3, 5]), array([3, 2, 2]), array([0, 0, 1]))
    """
    cuts = -(-lengths // longest)  # number of pieces per row, 0 for an empty one
    row = np.repeat(np.arange(len(starts)), cuts)
    within = np.arange(len(row)) - np.repeat(np.cumsum(cuts) - cuts, cuts)
    return starts[row] + within * longest, np.minimum(lengths[row] - within * longest, longest), row
