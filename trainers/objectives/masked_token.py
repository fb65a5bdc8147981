"""Guessing masked tokens."""

from typing import ClassVar

from pydantic import Field

from ...zoo.objective import Objective
from ...zoo.objective_config import ObjectiveConfig
from .register_objective import register_objective


@register_objective("masked_token")
class MaskedToken(Objective):
    """Cross-entropy of the tokens at masked places, in nats per token (Devlin et al. 2019, arXiv:1810.04805).

    Args:
        **kwargs: of `Objective`; the settings are those of `Config`.

    Batches are those of a `MaskedSource`, which hides the tokens.

    Example:
        >>> model.compile("adam", objective=MaskedToken())
        >>> model.fit(dataset)
    """

    tasks = ("masked_lm",)
    is_default = True
    shares: ClassVar = {"masked_token": 1.0}
    perplexity_of = "masked_token"

    class Config(ObjectiveConfig):
        """The settings of `MaskedToken`: which tokens its batches hide (Devlin et al. 2019: 0.15, 0.8, 0.1).

        mask_rate: share of the tokens that the model is asked for.
        mask_share: share of those that are shown as the mask token.
        random_share: share of those that are shown as any other token; the rest is shown as it is.
        """

        mask_rate: float = Field(default=0.15, gt=0, le=1)
        mask_share: float = Field(default=0.8, ge=0, le=1)
        random_share: float = Field(default=0.1, ge=0, le=1)

    def items(self, model, batch, state, *, training):
        """See `Objective.items`."""
        del state
        optional = {name: batch.get(name) for name in ("padding_mask", "segment_ids", "masked_positions")}
        inputs = {"token_ids": batch["token_ids"], **optional}
        return {"masked_token": model.negative_log_likelihood(inputs, batch["targets"], training=training)}, {}
