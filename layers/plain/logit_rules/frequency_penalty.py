"""The frequency penalty."""

import dataclasses
from typing import ClassVar

from ..option import option
from . import register_logit_rule
from .logit_rule import LogitRule


@register_logit_rule("frequency_penalty")
@dataclasses.dataclass(frozen=True, kw_only=True)
class FrequencyPenalty(LogitRule):
    """Subtracts the penalty from a token's score for each occurrence in the new text (OpenAI's API reference, Chat).

    Tokens of the prompt do not count, as in OpenAI's formula mu[j] -> mu[j] - c[j] * alpha_frequency - (c[j] > 0) *
    alpha_presence with the count c[j] of tokens sampled so far.

    Args:
        frequency_penalty: 0 changes nothing; 0.1 to 1 is usual, values below 0 favour repetition.
    """

    rank: ClassVar[int] = 30

    frequency_penalty: float = option(
        0.0, low=-2, high=2, help="Above 0, tokens become less likely with each occurrence in the new text; -2 to 2."
    )

    def apply(self, scores, history, state, *, ops):
        """See `LogitRule.apply`."""
        del state
        return scores - self.column("frequency_penalty", ops=ops) * history.new_counts(ops.width(scores))
