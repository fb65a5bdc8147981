"""Text as blocks of fixed length, in random order."""

import numpy as np

from ...layers.plain.errors import UserError
from .batch_source import BatchSource
from .shuffled_order import ShuffledOrder
from .token_corpus import TokenCorpus


class BlockSource(BatchSource):
    """The corpus packed into blocks of T tokens, shuffled anew every epoch; each block is read on its own.

    Args:
        corpus: the text.
        batch_size: blocks a batch, B.
        sequence_length: tokens a block, T. The last block is padded; so is the last batch of an epoch.
        seed: of the order, or None to read from front to back.

    Raises:
        UserError: the text does not fill one block.
    """

    def __init__(self, corpus: TokenCorpus, *, batch_size: int, sequence_length: int, seed: int | None):
        if len(corpus) < sequence_length:
            raise UserError(
                f"the text has {len(corpus):,} tokens, fewer than one block of {sequence_length}: give more text, or a "
                "smaller sequence_length"
            )
        self.corpus = corpus
        self.batch_size = batch_size
        self.sequence_length = sequence_length
        self.num_blocks = -(-len(corpus) // sequence_length)
        self.steps_per_epoch = -(-self.num_blocks // batch_size)
        self._order = ShuffledOrder(self.num_blocks, seed=seed)

    def rows(self, step, first, count):
        """See `BatchSource.rows`."""
        epoch, place = divmod(step, self.steps_per_epoch)
        rows = {
            "token_ids": np.zeros((count, self.sequence_length), np.int32),
            "targets": np.zeros((count, self.sequence_length), np.int32),
            "weights": np.zeros((count, self.sequence_length), np.float32),
            "start": np.ones(count, np.bool_),
        }
        for row in range(count):
            index = place * self.batch_size + first + row
            if index >= self.num_blocks:
                break
            start = self._order.item(epoch, index) * self.sequence_length
            stop = min(start + self.sequence_length, len(self.corpus))
            rows["token_ids"][row, : stop - start] = self.corpus.before(start, stop)
            rows["targets"][row, : stop - start] = self.corpus.tokens[start:stop]
            rows["weights"][row, : stop - start] = 1
        return rows
