"""Predicting masked tokens, and whether the second segment follows the first."""

from pydantic import Field

from .masked_and_pair import MaskedAndPair
from .masked_token import MaskedToken
from .register_objective import register_objective


@register_objective("masked_and_next_sentence")
class MaskedAndNextSentence(MaskedAndPair):
    """BERT's pre-training: masked tokens and next-sentence prediction (Devlin et al. 2019, section 3.1).

    Half of the pairs are consecutive segments, and half are from two documents.

    Args:
        **kwargs: arguments of `Objective`; the settings are those of `Config`.

    Batches are those of a `NextSentenceSource`; the model needs a next-sentence head, as BERT's masked models have.

    Example:
        >>> model.compile("adam", objective=MaskedAndNextSentence())
        >>> model.fit(dataset)
    """

    pair = "next_sentence"

    class Config(MaskedToken.Config):
        """The settings of `MaskedAndNextSentence`, in addition to those of `MaskedToken`.

        next_sentence_share: factor of the mean loss of the pairs in the sum (Devlin et al. 2019: 1).
        """

        next_sentence_share: float = Field(default=1.0, gt=0)

    def source_class(self, default):
        """See `Objective.source_class`."""
        del default
        from ..data import NextSentenceSource

        return NextSentenceSource
