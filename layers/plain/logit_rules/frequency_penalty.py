"""The frequency penalty."""

import dataclasses
from typing import ClassVar

from ..option import option
from . import register_logit_rule
from .logit_rule import LogitRule


@register_logit_rule("frequency_penalty")
@dataclasses.dataclass(frozen=True, kw_only=True)
class FrequencyPenalty(LogitRule):
    """Takes the penalty off a token's score once for every time the new text has it (OpenAI's API reference, Chat).

    Tokens of the prompt do not count, as of OpenAI's, where mu[j] -> mu[j] - c[j] * alpha_frequency - (c[j] > 0) *
    alpha_presence with the count c[j] of tokens sampled so far.

    Args:
        frequency_penalty: 0 changes nothing; 0.1 to 1 is usual, below 0 favours what is there.
    """

    rank: ClassVar[int] = 30

    frequency_penalty: float = option(
        0.0, low=-2, high=2, help="Above 0 makes tokens less likely the more often the new text has them; -2 to 2."
    )

    def apply(self, scores, history, state, *, ops):
        """See `LogitRule.apply`."""
        del state
        return scores - self.column("frequency_penalty", ops=ops) * history.new_counts(ops.width(scores))
