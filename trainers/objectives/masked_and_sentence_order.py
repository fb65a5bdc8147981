"""Predicting masked tokens, and which of two segments comes first."""

from pydantic import Field

from .masked_and_pair import MaskedAndPair
from .masked_token import MaskedToken
from .register_objective import register_objective


@register_objective("masked_and_sentence_order")
class MaskedAndSentenceOrder(MaskedAndPair):
    """ALBERT's pre-training: masked tokens and the order of two neighbouring segments (Lan et al. 2020, section 3.1).

    Half of the pairs are swapped. The paper masks n-grams: `objective.unit` ngram.

    Args:
        **kwargs: arguments of `Objective`; the settings are those of `Config`.

    Batches are those of a `SentenceOrderSource`; the model needs a next-sentence head, as BERT's masked models have.

    Example:
        >>> model.compile("adam", objective=MaskedAndSentenceOrder())
        >>> model.fit(dataset)
    """

    pair = "sentence_order"

    class Config(MaskedToken.Config):
        """The settings of `MaskedAndSentenceOrder`, in addition to those of `MaskedToken`.

        sentence_order_share: factor of the mean loss of the pairs in the sum (Lan et al. 2020: 1).
        """

        sentence_order_share: float = Field(default=1.0, gt=0)

    def source_class(self, default):
        """See `Objective.source_class`."""
        del default
        from ..data import SentenceOrderSource

        return SentenceOrderSource
