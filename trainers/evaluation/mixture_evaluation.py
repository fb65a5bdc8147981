"""The result of an evaluation of a mixture."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..callbacks import perplexity


@dataclass(frozen=True)
class MixtureEvaluation:
    """How well a mixture predicts a text.

    Attributes:
        weights: of each component, by name.
        losses: of each component alone, nats per token.
        loss: of the mixture.
        tokens: that were scored.
        held_out: what the weights were found on, for people; "" where they were given.
        held_out_tokens: how many tokens that was.
    """

    weights: Mapping[str, float]
    losses: Mapping[str, float]
    loss: float
    tokens: int
    held_out: str
    held_out_tokens: int

    def summary(self) -> dict[str, Any]:
        """The numbers, as JSON holds them."""
        parts = [
            {"name": name, "weight": self.weights[name], "loss": loss, "perplexity": perplexity(loss)}
            for name, loss in self.losses.items()
        ]
        mixed = {"perplexity": perplexity(self.loss), "loss": self.loss, "tokens": self.tokens}
        return {**mixed, "components": parts, "held_out": self.held_out, "held_out_tokens": self.held_out_tokens}
