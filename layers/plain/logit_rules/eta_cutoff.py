"""Eta sampling."""

import dataclasses
from typing import ClassVar

from ..option import option
from . import register_logit_rule
from .cut import cut_below, surprise_and_entropy
from .logit_rule import LogitRule


@register_logit_rule("eta_cutoff")
@dataclasses.dataclass(frozen=True, kw_only=True)
class EtaCutoff(LogitRule):
    """Draws from tokens of a probability of at least min(eps, sqrt(eps) exp(-entropy)) (Hewitt et al. 2022, eq. 4).

    Args:
        eta_cutoff: eps; 0 keeps all; 3e-4 to 4e-3 is usual. The most likely token is always kept.
    """

    reads_history: ClassVar[bool] = False
    rank: ClassVar[int] = 83
    cuts: ClassVar[bool] = True

    eta_cutoff: float = option(
        0.0, high=1, help="Like --epsilon-cutoff, but lower for flat distributions; 3e-4 is usual."
    )

    def apply(self, scores, history, state, *, ops):
        """See `LogitRule.apply`."""
        del history, state
        epsilon = self.column("eta_cutoff", ops=ops)
        *_, entropy = surprise_and_entropy(scores, ops=ops)
        return cut_below(scores, ops.lesser(epsilon, ops.sqrt(epsilon) * ops.exp(-entropy)), ops=ops)
