"""Text as pairs of segments in which some tokens are hidden."""

import numpy as np

from .masked_source import MaskedSource


class NextSentenceSource(MaskedSource):
    """Pairs of segments, half of which do not belong together, with tokens to be guessed (Devlin et al. 2019, 3.1).

    A block of text is cut in two at a place drawn anew each time; in half of the pairs, by chance, the second segment
    is then replaced by one of the same length from elsewhere in the text, outside the block where the text is long
    enough. All is a function of (seed, epoch, block), as the masks of a `MaskedSource` are.

    A batch holds the fields of a `MaskedSource`, and `segment_ids` int32 (B, T), 1 from the second segment on,
    `replaced` int32 (B,), 1 where the second segment is not the one that follows, and `pair_weights` float32 (B,), 0
    for rows of padding.

    Args:
        corpus: the text, two tokens at least.
        **kwargs: of `MaskedSource`; `sequence_length` counts the three tokens around the segments and is at least 5.

    Raises:
        UserError: as of `MaskedSource`.
    """

    FRAME_TOKENS = 3
    LEAST_LENGTH = 5

    @property
    def fields(self):
        """See `BatchSource.fields`."""
        return {
            **super().fields,
            "segment_ids": (np.int32, (self.sequence_length,)),
            "replaced": (np.int32, ()),
            "pair_weights": (np.float32, ()),
        }

    def _fill(self, rows, row, block, draw):
        size = len(self.corpus)
        stop = min((block + 1) * self._content, size)
        start = max(0, min(block * self._content, stop - 2))  # a last block of one token takes the one before it
        cut = int(draw.integers(start + 1, max(stop, start + 2)))
        second = cut
        if draw.random() < 0.5:
            second = self._elsewhere(start, cut, stop, draw)
            rows["replaced"][row] = second != cut
        (first_id, end_id), tokens = self._frame, self.corpus.tokens
        pieces = ([first_id], tokens[start:cut], [end_id], tokens[second : second + stop - cut], [end_id])
        self._hide(rows, row, np.concatenate(pieces).astype(np.int32), draw)
        rows["segment_ids"][row, cut - start + 2 : stop - start + self.FRAME_TOKENS] = 1
        rows["pair_weights"][row] = 1

    def _elsewhere(self, start, cut, stop, draw):
        """Where another segment as long as [cut, stop) begins."""
        length, last = stop - cut, len(self.corpus) - (stop - cut)
        before, after = max(0, start - length + 1), max(0, last - stop + 1)
        if before + after:
            place = int(draw.integers(before + after))
            return place if place < before else stop + place - before
        place = int(draw.integers(max(last, 1)))  # any but the one that follows
        return place + (place >= cut) if last else cut
