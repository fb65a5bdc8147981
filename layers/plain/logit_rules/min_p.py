"""Min-p sampling: a cut relative to the most likely token."""

import dataclasses
from typing import ClassVar

from ..option import option
from . import register_logit_rule
from .cut import cut_below
from .logit_rule import LogitRule


@register_logit_rule("min_p")
@dataclasses.dataclass(frozen=True, kw_only=True)
class MinP(LogitRule):
    """Draws from tokens that are at least p times as likely as the most likely one (Nguyen et al. 2024, min-p).

    Args:
        min_p: 0 keeps all; 0.05 to 0.1 is usual, with temperatures above 1 too.
    """

    reads_history: ClassVar[bool] = False
    rank: ClassVar[int] = 80
    cuts: ClassVar[bool] = True

    min_p: float = option(0.0, high=1, help="Draw from tokens at least this many times as likely as the best, 0 to 1.")

    def apply(self, scores, history, state, *, ops):
        """See `LogitRule.apply`."""
        del history, state
        highest = ops.highest(ops.exp(ops.log_softmax(scores)))
        return cut_below(scores, self.column("min_p", ops=ops) * highest, ops=ops)
