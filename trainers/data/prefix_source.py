"""Text as a beginning and what comes after it."""

from .denoising_source import DenoisingSource


class PrefixSource(DenoisingSource):
    """Prefix language modelling (Raffel et al. 2020, section 3.2.3): a block is cut in two at a place drawn anew.

    Args:
        corpus: the text.
        **kwargs: of `DenoisingSource`.
    """

    def block_length(self):
        """See `DenoisingSource`."""
        return self.sequence_length

    def pair(self, tokens, draw):
        """See `DenoisingSource`; both parts have a token at least, and all places are alike."""
        cut = int(draw.integers(1, len(tokens)))
        return tokens[:cut], tokens[cut:]
