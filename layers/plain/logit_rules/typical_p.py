"""Locally typical sampling."""

import dataclasses
from typing import ClassVar

from ..option import option
from . import register_logit_rule
from .cut import surprise_and_entropy
from .logit_rule import LogitRule


@register_logit_rule("typical_p")
@dataclasses.dataclass(frozen=True, kw_only=True)
class TypicalP(LogitRule):
    """Draws from the tokens whose surprisal is nearest to the entropy, up to a mass of p (Meister et al. 2022).

    Args:
        typical_p: the mass; 1 keeps all, 0.2 to 0.95 is usual. At least one token is kept.
    """

    reads_history: ClassVar[bool] = False
    rank: ClassVar[int] = 81
    cuts: ClassVar[bool] = True

    typical_p: float = option(
        1.0, high=1, above=True, help="Draw from the tokens of this mass with the most typical surprisal, 0 to 1."
    )

    def apply(self, scores, history, state, *, ops):
        """See `LogitRule.apply`."""
        del history, state
        mass = self.column("typical_p", ops=ops)
        surprise, probabilities, entropy = surprise_and_entropy(scores, ops=ops)
        oddness = ops.abs(surprise - entropy)
        rising, masses = ops.rising(oddness, probabilities)
        before = ops.sums_so_far(masses) - masses
        edge = ops.highest(ops.where(before < mass, rising, 0.0))
        return ops.where((mass < 1) & (oddness > edge), float("-inf"), scores)
