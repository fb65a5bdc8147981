"""A minimum number of new tokens."""

import dataclasses

from ..option import option
from . import register_logit_rule
from .logit_rule import LogitRule


@register_logit_rule("min_new_tokens")
@dataclasses.dataclass(frozen=True, kw_only=True)
class MinNewTokens(LogitRule):
    """Bans the tokens that end a text until it has that many new tokens.

    If that would ban all tokens, none is banned.

    Args:
        min_new_tokens: 0 bans none.
    """

    min_new_tokens: int = option(0, help="The minimum number of new tokens.")

    def apply(self, scores, history, state, *, ops):
        """See `LogitRule.apply`."""
        del state
        stops = ops.contains(history.stop_ids, history.stop_ids >= 0, ops.width(scores))  # (1, V)
        early = history.step < self.column("min_new_tokens", ops=ops)
        banned = ops.where(early & stops, float("-inf"), scores)
        return ops.where(ops.any_above(banned, float("-inf")), banned, scores)
