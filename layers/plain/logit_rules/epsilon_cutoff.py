"""Epsilon sampling."""

import dataclasses
from typing import ClassVar

from ..option import option
from . import register_logit_rule
from .cut import cut_below
from .logit_rule import LogitRule


@register_logit_rule("epsilon_cutoff")
@dataclasses.dataclass(frozen=True, kw_only=True)
class EpsilonCutoff(LogitRule):
    """Draws from tokens with a probability of at least epsilon (Hewitt et al. 2022, section 4.1).

    Args:
        epsilon_cutoff: 0 keeps all; 3e-4 to 9e-4 is usual. The most likely token is always kept.
    """

    reads_history: ClassVar[bool] = False
    rank: ClassVar[int] = 82
    cuts: ClassVar[bool] = True

    epsilon_cutoff: float = option(0.0, high=1, help="Draw from tokens of at least this probability; 3e-4 is usual.")

    def apply(self, scores, history, state, *, ops):
        """See `LogitRule.apply`."""
        del history, state
        return cut_below(scores, self.column("epsilon_cutoff", ops=ops), ops=ops)
