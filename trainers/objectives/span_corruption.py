"""Predicting the missing spans of a text."""

from typing import ClassVar

from pydantic import Field

from .denoising import Denoising
from .register_objective import register_objective


@register_objective("span_corruption")
class SpanCorruption(Denoising):
    """T5's pre-training: predicts spans that are replaced by sentinels (Raffel et al. 2020, arXiv:1910.10683, 3.1.4).

    The loss is the cross-entropy of each next token of the target, in nats per token.

    Args:
        **kwargs: arguments of `Objective`; the settings are those of `Config`.

    Batches are those of a `SpanCorruptionSource`, made from plain text.

    Example:
        >>> model.compile("adam", objective=SpanCorruption())
        >>> model.fit(dataset)
    """

    shares: ClassVar = {"span_corruption": 1.0}
    perplexity_of = "span_corruption"
    needs_sentinels = True

    class Config(Denoising.Config):
        """The settings of `SpanCorruption`, in addition to those of `NextTargetToken` (Raffel et al. 2020: 0.15, 3).

        corruption_rate: share of the tokens that are missing.
        mean_span_length: mean length of the missing spans.
        """

        corruption_rate: float = Field(default=0.15, gt=0, lt=1)
        mean_span_length: float = Field(default=3.0, ge=1)

    def source_class(self, default):
        """See `Objective.source_class`."""
        del default
        from ..data.span_corruption_source import SpanCorruptionSource

        return SpanCorruptionSource

    def source_options(self, tokenizer):
        """See `Denoising`."""
        from ..data.sentinels import sentinel_ids

        settings = self.settings
        return {
            "sentinel_ids": sentinel_ids(tokenizer),
            "corruption_rate": settings.corruption_rate,
            "mean_span_length": settings.mean_span_length,
        }
