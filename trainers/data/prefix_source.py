"""Text as pairs of a beginning and its continuation."""

from .denoising_source import DenoisingSource


class PrefixSource(DenoisingSource):
    """Prefix language modelling (Raffel et al. 2020, section 3.2.3): a block is split in two at a random place.

    Args:
        corpus: the text.
        **kwargs: arguments of `DenoisingSource`.
    """

    def block_length(self):
        """See `DenoisingSource`."""
        return self.room

    def pair(self, tokens, draw):
        """See `DenoisingSource`; both parts have at least one token, and all places are equally likely."""
        cut = int(draw.integers(1, len(tokens)))
        return tokens[:cut], tokens[cut:]
