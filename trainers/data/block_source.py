"""Text as blocks of fixed length, in random order."""

import numpy as np

from ...layers.plain.errors import UserError
from .batch_source import BatchSource
from .shuffled_order import ShuffledOrder
from .token_corpus import TokenCorpus


class BlockSource(BatchSource):
    """The corpus packed into blocks of T tokens, shuffled in every epoch; each block is read on its own.

    Args:
        corpus: the text.
        batch_size: blocks per batch, B.
        sequence_length: tokens per block, T. The last block is padded; so is the last batch of an epoch.
        seed: seed of the order, or None to read from front to back.
        document_masks: whether a batch gives in `document_ids` int32 (B, T) the document within a block of each token
            that is read. The first token of a document is then predicted from the start token, or from nothing, which
            does not count, if the model reads none.

    Raises:
        UserError: the text does not fill one block, or is a single document although document masks are requested.
    """

    def __init__(
        self,
        corpus: TokenCorpus,
        *,
        batch_size: int,
        sequence_length: int,
        seed: int | None,
        document_masks: bool = False,
    ):
        if len(corpus) < sequence_length:
            raise UserError(
                f"the text has {len(corpus):,} tokens, fewer than one block of {sequence_length}: give more text, or a "
                "smaller sequence_length"
            )
        self._documents = None
        if document_masks:
            if corpus.document_starts is None or len(corpus.document_starts) < 3:
                raise UserError(
                    "data.document_masks: the text is one document: give several files, or set data.documents to "
                    "blank_lines or lines, if those separate documents"
                )
            self._documents = np.asarray(corpus.document_starts)
        self.predicts_firsts = corpus.add_start or not document_masks
        self.corpus = corpus
        self.batch_size = batch_size
        self.sequence_length = sequence_length
        self.num_blocks = -(-len(corpus) // sequence_length)
        self.steps_per_epoch = -(-self.num_blocks // batch_size)
        self._order = ShuffledOrder(self.num_blocks, seed=seed)

    @property
    def fields(self):
        """See `BatchSource.fields`."""
        more = {} if self._documents is None else {"document_ids": (np.int32, (self.sequence_length,))}
        return {**super().fields, **more}

    def rows(self, step, first, count):
        """See `BatchSource.rows`."""
        epoch, place = divmod(step, self.steps_per_epoch)
        rows = {name: np.zeros((count, *shape), dtype) for name, (dtype, shape) in self.fields.items()}
        rows["start"][:] = True
        for row in range(count):
            index = place * self.batch_size + first + row
            if index >= self.num_blocks:
                break
            start = self._order.item(epoch, index) * self.sequence_length
            stop = min(start + self.sequence_length, len(self.corpus))
            rows["token_ids"][row, : stop - start] = self.corpus.before(start, stop)
            rows["targets"][row, : stop - start] = self.corpus.tokens[start:stop]
            rows["weights"][row, : stop - start] = 1
            if self._documents is not None:
                self._part(rows, row, start, stop, self._documents)
        return rows

    def _part(self, rows, row, start, stop, documents):
        """Fills in the document ids of a row."""
        document = np.searchsorted(documents, np.arange(start, stop), side="right")  # of each target
        first = np.append(False, document[1:] != document[:-1])
        first[0] = documents[document[0] - 1] == start
        rows["document_ids"][row, : stop - start] = document - document[0] + 1  # 0 is padding
        if self.corpus.add_start:
            rows["token_ids"][row, : stop - start][first] = self.corpus.start_id
        else:
            # The token read there is the end of the previous document, which belongs to that one.
            rows["document_ids"][row, : stop - start][first] -= 1
            rows["weights"][row, : stop - start][first] = 0
