"""Text as pairs of segments in which some tokens are hidden."""

from abc import abstractmethod
from typing import Any

import numpy as np

from .document_blocks import DocumentBlocks
from .masked_source import MaskedSource


class SegmentPairSource(MaskedSource):
    """Pairs of segments of a text, with tokens to be guessed; the base of sources of pairs, which write `second`.

    Documents are cut into blocks, none of which goes from one document into the next; a block is cut in two at a place
    drawn anew each time, and `second` says what is made of it. All is a function of (seed, epoch, block), as the masks
    of a `MaskedSource` are.

    A batch holds the fields of a `MaskedSource`, and `segment_ids` int32 (B, T), 1 from the second segment on,
    `pair_labels` int32 (B,), and `pair_weights` float32 (B,), 0 for rows of padding.

    Args:
        corpus: the text.
        **kwargs: of `MaskedSource`; `sequence_length` counts the three tokens around the segments and is at least 5.

    Raises:
        UserError: as of `MaskedSource`; or no document has two tokens.
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
        """The class of a pair, and its two segments, [start, stop) of the corpus each.

        Args:
            block: its number.
            segments: the two parts of the block.
            draw: random numbers of this block in this epoch.
        """

    def _fill(self, rows, row, block, draw):
        start, stop = int(self.starts[block]), int(self.stops[block])
        cut = int(draw.integers(start + 1, stop))
        rows["pair_labels"][row], segments = self.second(block, ((start, cut), (cut, stop)), draw)
        self._hide(rows, row, segments, draw)
        (first, second) = (end - begin for begin, end in segments)
        rows["segment_ids"][row, first + 2 : first + second + self.FRAME_TOKENS] = 1
        rows["pair_weights"][row] = 1
