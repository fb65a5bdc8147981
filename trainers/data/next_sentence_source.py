"""Text as pairs of segments for next-sentence prediction."""

import numpy as np

from ...layers.plain.errors import UserError
from .segment_pair_source import SegmentPairSource


class NextSentenceSource(SegmentPairSource):
    """Pairs of segments, half of which do not belong together, with masked tokens (Devlin et al. 2019, 3.1).

    In half of the pairs, drawn at random, the second segment is replaced by one of the same length from another
    document, or a shorter one if it ends earlier. `pair_labels` are 1 for these pairs, 0 if the second segment follows
    the first.

    Args:
        corpus: the text, with at least two documents.
        **kwargs: arguments of `SegmentPairSource`.

    Raises:
        UserError: see `SegmentPairSource`, or there is only one document.
    """

    def _count_blocks(self):
        count = super()._count_blocks()
        if not self.documents[-1]:
            raise UserError(
                "next-sentence prediction takes half of its second segments from another document, and the text has "
                "only one: give several files, or set data.documents to blank_lines or lines, if those separate "
                "documents"
            )
        return count

    def second(self, block, segments, draw):
        """See `SegmentPairSource`."""
        if draw.random() < 0.5:
            return 0, list(segments)
        first, stop = np.searchsorted(self.documents, [self.documents[block], self.documents[block] + 1])
        other = int(draw.integers(len(self.documents) - (stop - first)))
        other += (stop - first) * (other >= first)  # any block except those of this document
        size = segments[1][1] - segments[1][0]
        begin, end = int(self.starts[other]), int(self.stops[other])
        place = int(draw.integers(begin, max(begin, end - size) + 1))
        return 1, [segments[0], (place, min(place + size, end))]
