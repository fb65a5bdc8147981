"""The repetition penalty."""

import dataclasses
from typing import ClassVar

from ..option import option
from . import register_logit_rule
from .logit_rule import LogitRule


@register_logit_rule("repetition_penalty")
@dataclasses.dataclass(frozen=True, kw_only=True)
class RepetitionPenalty(LogitRule):
    """Makes tokens of the prompt and of the new text less likely (Keskar et al. 2019, section 4.1).

    A score above 0 is divided by the penalty, one below 0 multiplied by it, once, no matter how often the token occurs.

    Args:
        repetition_penalty: 1 changes nothing; 1.2 is usual, values below 1 favour repetition.
    """

    rank: ClassVar[int] = 20

    repetition_penalty: float = option(
        1.0,
        low=0.01,
        high=100,
        help="Above 1, tokens of the prompt or the new text become less likely; 1.2 is usual.",
    )

    def apply(self, scores, history, state, *, ops):
        """See `LogitRule.apply`."""
        penalty, ids = self.column("repetition_penalty", ops=ops), history.ids
        columns = ops.arange(ops.width(ids))
        seen = ops.contains(ids, (columns >= history.first) & (columns < history.end), ops.width(scores))
        return ops.where(seen, ops.where(scores < 0, scores * penalty, scores / penalty), scores)
