"""Text as pairs of segments in which some tokens are hidden."""

from abc import abstractmethod
from typing import Any

import numpy as np

from ...layers.plain.errors import UserError
from .line_source import pieces_of_rows
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
        corpus, known = self.corpus, self.corpus.document_starts
        bounds = np.array([0, len(corpus)]) if known is None else np.asarray(known)
        firsts, lasts = bounds[:-1], bounds[1:]
        # The token that ends a document is no part of a segment: the frame ends it.
        ended = (lasts > firsts) & np.isin(corpus.tokens[np.maximum(lasts - 1, 0)], self._special)
        lasts = lasts - ended
        whole = lasts - firsts >= 2
        firsts, lasts = firsts[whole], lasts[whole]
        if not len(firsts):
            raise UserError("no document of the text has two tokens that could be two segments: give more text")
        starts, lengths, document = pieces_of_rows(firsts, lasts - firsts, self._content)
        # A last block of one token takes the one before it.
        self.starts = np.maximum(np.minimum(starts, starts + lengths - 2), firsts[document])
        self.stops, self.documents, self.num_documents = starts + lengths, document, len(firsts)
        return len(starts)

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
