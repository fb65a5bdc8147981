"""The result of an evaluation of a mixture."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..callbacks import perplexity


@dataclass(frozen=True)
class MixtureEvaluation:
    """The result of evaluating a mixture on text.

    Attributes:
        weights: the weight of each component, by name.
        losses: the loss of each component alone, nats per token.
        loss: the loss of the mixture.
        tokens: number of scored tokens.
        held_out: description of the text that the weights were estimated on; "" if they were given.
        held_out_tokens: number of tokens of that text.
    """

    weights: Mapping[str, float]
    losses: Mapping[str, float]
    loss: float
    tokens: int
    held_out: str
    held_out_tokens: int

    def summary(self) -> dict[str, Any]:
        """The figures, as JSON data."""
        parts = [
            {"name": name, "weight": self.weights[name], "loss": loss, "perplexity": perplexity(loss)}
            for name, loss in self.losses.items()
        ]
        mixed = {"perplexity": perplexity(self.loss), "loss": self.loss, "tokens": self.tokens}
        return {**mixed, "components": parts, "held_out": self.held_out, "held_out_tokens": self.held_out_tokens}
