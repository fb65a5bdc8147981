"""Reconstructing a corrupted text."""

from typing import ClassVar

from pydantic import Field

from .denoising import Denoising
from .register_objective import register_objective


@register_objective("text_infilling")
class TextInfilling(Denoising):
    """BART's pre-training: text infilling and sentence permutation (Lewis et al. 2020, arXiv:1910.13461, 2.2).

    The loss is the cross-entropy of each next token of the target, in nats per token.

    Args:
        **kwargs: arguments of `Objective`; the settings are those of `Config`.

    Batches are those of a `TextInfillingSource`, made from plain text.

    Example:
        >>> model.compile("adam", objective=TextInfilling())
        >>> model.fit(dataset)
    """

    shares: ClassVar = {"text_infilling": 1.0}
    perplexity_of = "text_infilling"
    needs_sentinels = True

    class Config(Denoising.Config):
        """The settings of `TextInfilling`, in addition to those of `NextTargetToken` (Lewis et al. 2020: 0.3, 3).

        mask_rate: share of the tokens that are masked.
        mean_span_length: mean length of the masked spans, which follow a Poisson distribution.
        permute_sentences: whether the sentences of a source are shuffled.
        """

        mask_rate: float = Field(default=0.3, gt=0, lt=1)
        mean_span_length: float = Field(default=3.0, ge=0.5)
        permute_sentences: bool = True

    def source_class(self, default):
        """See `Objective.source_class`."""
        del default
        from ..data.text_infilling_source import TextInfillingSource

        return TextInfillingSource

    def source_options(self, tokenizer):
        """See `Denoising`; without a mask token, the first sentinel replaces masked spans."""
        import numpy as np

        from ..data.sentinels import sentinel_ids

        mask, settings = tokenizer.mask_id, self.settings
        ends = np.array([name.endswith((".", "!", "?", "。", "！", "？")) for name in tokenizer.tokens])
        return {
            "mask_id": sentinel_ids(tokenizer)[0] if mask is None else mask,
            "ends_sentence": ends if settings.permute_sentences else None,
            "mask_rate": settings.mask_rate,
            "mean_span_length": settings.mean_span_length,
        }
