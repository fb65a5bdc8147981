"""Text as pairs of segments with masked tokens."""

from abc import abstractmethod
from typing import Any

import numpy as np

from .document_blocks import DocumentBlocks
from .masked_source import MaskedSource


class SegmentPairSource(MaskedSource):
    """Pairs of segments of a text, with masked tokens; the base class of sources of pairs, which implement `second`.

    Documents are cut into blocks, none of which extends over the end of a document; a block is split in two at a place
    drawn again each time, and `second` makes a pair of it. All draws are a function of (seed, epoch, block), like the
    masks of a `MaskedSource`.

    A batch has the fields of a `MaskedSource`, and `segment_ids` int32 (B, T), 1 from the second segment on,
    `pair_labels` int32 (B,), and `pair_weights` float32 (B,), 0 for rows of padding.

    Args:
        corpus: the text.
        **kwargs: arguments of `MaskedSource`; `sequence_length` counts the three tokens around the segments and is at
            least 5.

    Raises:
        UserError: see `MaskedSource`; or no document has two tokens.
    """

    FRAME_TOKENS = 3
    LEAST_LENGTH = 5

    @property
    def fields(self):
        """See `BatchSource.fields`."""
        return {
            **super().fields,
            "segment_ids": (np.int32, (self.sequence_length,)),
            "pair_labels": (np.int32, ()),
            "pair_weights": (np.float32, ()),
        }

    def _count_blocks(self):
        blocks = DocumentBlocks.of(self.corpus, longest=self._content, special_ids=self._special)
        self.starts, self.stops, self.documents = blocks
        return blocks.count

    @abstractmethod
    def second(
        self, block: int, segments: tuple[tuple[int, int], tuple[int, int]], draw: Any
    ) -> tuple[int, list[tuple[int, int]]]:
        """Returns the class of a pair, and its two segments, [start, stop) of the corpus each.

        Args:
            block: the number of the block.
            segments: the two parts of the block.
            draw: random number generator of this block in this epoch.
        """

    def _fill(self, rows, row, block, draw):
        start, stop = int(self.starts[block]), int(self.stops[block])
        cut = int(draw.integers(start + 1, stop))
        rows["pair_labels"][row], segments = self.second(block, ((start, cut), (cut, stop)), draw)
        self._hide(rows, row, segments, draw)
        (first, second) = (end - begin for begin, end in segments)
        rows["segment_ids"][row, first + 2 : first + second + self.FRAME_TOKENS] = 1
        rows["pair_weights"][row] = 1
