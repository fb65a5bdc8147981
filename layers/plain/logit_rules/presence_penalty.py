"""The presence penalty."""

import dataclasses
from typing import ClassVar

from ..option import option
from . import register_logit_rule
from .logit_rule import LogitRule


@register_logit_rule("presence_penalty")
@dataclasses.dataclass(frozen=True, kw_only=True)
class PresencePenalty(LogitRule):
    """Subtracts the penalty from the score of each token that the new text has (OpenAI's API reference, Chat).

    Tokens of the prompt do not count, as in OpenAI's formula mu[j] -> mu[j] - c[j] * alpha_frequency - (c[j] > 0) *
    alpha_presence with the count c[j] of tokens sampled so far.

    Args:
        presence_penalty: 0 changes nothing; 0.1 to 1 is usual, values below 0 favour repetition.
    """

    rank: ClassVar[int] = 30

    presence_penalty: float = option(
        0.0, low=-2, high=2, help="Above 0, tokens that the new text has become less likely; -2 to 2."
    )

    def apply(self, scores, history, state, *, ops):
        """See `LogitRule.apply`."""
        del state
        seen = history.new_counts(ops.width(scores)) > 0
        return ops.where(seen, scores - self.column("presence_penalty", ops=ops), scores)
