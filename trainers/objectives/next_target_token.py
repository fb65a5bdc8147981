"""Predicting the next token of a target."""

from typing import ClassVar

from pydantic import Field

from ...zoo.objective import Objective
from ...zoo.objective_config import ObjectiveConfig
from .register_objective import register_objective


@register_objective("next_target_token")
class NextTargetToken(Objective):
    """Cross-entropy of each next token of a target, given its source, in nats per token (Sutskever et al. 2014).

    Args:
        **kwargs: arguments of `Objective`; the settings are those of `Config`.

    Batches are those of a `PairSource`.

    Example:
        >>> model.compile("adam", objective=NextTargetToken(label_smoothing=0.1))
        >>> model.fit(dataset)
    """

    tasks = ("seq2seq_lm",)
    is_default = True
    shares: ClassVar = {"next_target_token": 1.0}
    perplexity_of = "next_target_token"

    class Config(ObjectiveConfig):
        """The settings of `NextTargetToken`.

        label_smoothing: share of the target's probability that training spreads over all words (Szegedy et al. 2016);
            not used in validation.
        """

        label_smoothing: float = Field(default=0.0, ge=0, lt=1)

    def read_tokens(self, model, batch, *, training):
        """The input for predicting targets, (B, T): by default the start token and all targets but the last."""
        del training
        return model.shift_right(batch["targets"])

    def items(self, model, batch, state, *, training):
        """See `Objective.items`."""
        del state
        losses = model.negative_log_likelihood(
            {
                "source_ids": batch["source_ids"],
                "source_mask": batch.get("source_mask"),
                "token_ids": self.read_tokens(model, batch, training=training),
            },
            batch["targets"],
            training=training,
            label_smoothing=self.settings.label_smoothing if training else 0.0,
        )
        return {"next_target_token": losses}, {}
