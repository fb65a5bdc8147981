"""Text as pairs of a source with missing parts and a target that restores them."""

from abc import abstractmethod
from typing import Any

import numpy as np

from ...layers.plain.errors import UserError
from .batch_source import BatchSource
from .document_blocks import DocumentBlocks
from .pair_source import pair_fields
from .shuffled_order import ShuffledOrder
from .token_corpus import TokenCorpus


class DenoisingSource(BatchSource):
    """Blocks of documents, each converted to a source and a target; a subclass implements `block_length` and `pair`.

    The pair of a block is drawn again every time the block occurs, as a function of (seed, epoch, block), and no block
    extends over the end of a document. A batch has the fields of a `PairSource`.

    Args:
        corpus: the text.
        batch_size: blocks per batch, B.
        sequence_length: maximum number of tokens of a source, including the tokens around it.
        end_id: the token that ends sources and targets.
        source_start_id: the token before every source; None for none.
        special_ids: ids that may end a document; they are excluded from blocks.
        seed: seed of the order and of the pairs.
        shuffle: whether blocks come in random order; if not, a block gives the same pair in every epoch.

    Attributes:
        target_length: maximum number of tokens of a target, including its end token.
        room: maximum number of tokens of a source without the token before it.

    Raises:
        UserError: no document has two tokens, or sequence_length is too short for two.
    """

    target_length: int
    room: int

    def __init__(
        self,
        corpus: TokenCorpus,
        *,
        batch_size: int,
        sequence_length: int,
        end_id: int,
        source_start_id: int | None = None,
        special_ids: Any = (),
        seed: int = 0,
        shuffle: bool = True,
    ):
        self._before = np.array([] if source_start_id is None else [source_start_id], np.int32)
        least = 4 + len(self._before)
        if sequence_length < least:
            raise UserError(f"data.sequence_length must be at least {least}, not {sequence_length}")
        self.corpus, self.batch_size = corpus, batch_size
        self.sequence_length = sequence_length
        self.source_length = self.target_length = self.room = sequence_length - len(self._before)
        self._end_id, self._seed, self._shuffle = end_id, seed, shuffle
        special = np.array(sorted({*special_ids, end_id}), np.int32)
        self.blocks = DocumentBlocks.of(corpus, longest=self.block_length(), special_ids=special)
        self.source_length += len(self._before)
        self.steps_per_epoch = -(-self.blocks.count // batch_size)
        self._order = ShuffledOrder(self.blocks.count, seed=seed if shuffle else None)

    @abstractmethod
    def block_length(self) -> int:
        """Maximum number of tokens of a block, so that its source fits; may set `target_length`."""

    @abstractmethod
    def pair(self, tokens: np.ndarray, draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Converts a block of two tokens or more to a source and a target, both without the end token."""

    @property
    def fields(self):
        """See `BatchSource.fields`."""
        return pair_fields((self.source_length,), (self.target_length,))

    def rows(self, step, first, count):
        """See `BatchSource.rows`."""
        epoch, place = divmod(step, self.steps_per_epoch)
        rows = {name: np.zeros((count, *shape), dtype) for name, (dtype, shape) in self.fields.items()}
        rows["start"][:] = True
        rows["source_mask"][:, 0] = True  # A fully masked row would not be a sequence.
        for row in range(count):
            index = place * self.batch_size + first + row
            if index >= self.blocks.count:
                break
            block = self._order.item(epoch, index)
            draw = np.random.default_rng([self._seed, 1, epoch if self._shuffle else 0, block])
            tokens = np.asarray(self.corpus.tokens[self.blocks.starts[block] : self.blocks.stops[block]])
            source, target = (np.append(part, self._end_id) for part in self.pair(tokens, draw))
            source = np.concatenate([self._before, source])
            rows["source_ids"][row, : len(source)] = source
            rows["source_mask"][row, : len(source)] = True
            rows["targets"][row, : len(target)] = target
            rows["weights"][row, : len(target)] = 1
        return rows
