"""Text as pairs of segments for sentence-order prediction."""

from .segment_pair_source import SegmentPairSource


class SentenceOrderSource(SegmentPairSource):
    """Pairs of neighbouring segments, half of them swapped, with masked tokens (Lan et al. 2020, 3.1).

    `pair_labels` are 1 if the two were swapped at random, 0 if the second follows the first.

    Args:
        corpus: the text.
        **kwargs: arguments of `SegmentPairSource`.
    """

    def second(self, block, segments, draw):
        """See `SegmentPairSource`."""
        del block
        swapped = draw.random() < 0.5
        return int(swapped), [*reversed(segments)] if swapped else [*segments]
