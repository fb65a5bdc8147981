"""Text as pairs of segments of which half are the wrong way round."""

from .segment_pair_source import SegmentPairSource


class SentenceOrderSource(SegmentPairSource):
    """Pairs of neighbouring segments, half of them swapped, with tokens to be guessed (Lan et al. 2020, 3.1).

    `pair_labels` are 1 where, by chance, the two were swapped, 0 where the second is the one that follows.

    Args:
        corpus: the text.
        **kwargs: of `SegmentPairSource`.
    """

    def second(self, block, segments, draw):
        """See `SegmentPairSource`."""
        del block
        swapped = draw.random() < 0.5
        return int(swapped), [*reversed(segments)] if swapped else [*segments]
