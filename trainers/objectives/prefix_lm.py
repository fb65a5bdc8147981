"""Continuing a text from its beginning."""

from typing import ClassVar

from .denoising import Denoising
from .register_objective import register_objective


@register_objective("prefix_lm")
class PrefixLM(Denoising):
    """Prefix language modelling: predicts the rest of a text from its beginning (Raffel et al. 2020, 3.2.3).

    The loss is the cross-entropy of each next token of the target, in nats per token.

    Args:
        **kwargs: arguments of `Objective`; the settings are those of `Config`.

    Batches are those of a `PrefixSource`, made from plain text.

    Example:
        >>> model.compile("adam", objective=PrefixLM())
        >>> model.fit(dataset)
    """

    shares: ClassVar = {"prefix_lm": 1.0}
    perplexity_of = "prefix_lm"

    def source_class(self, default):
        """See `Objective.source_class`."""
        del default
        from ..data.prefix_source import PrefixSource

        return PrefixSource
