"""Suppressing tokens."""

import dataclasses
from typing import Any, ClassVar

from .logit_rule import LogitRule


@dataclasses.dataclass(frozen=True, kw_only=True)
class SuppressTokens(LogitRule):
    """Bans tokens unconditionally; made with `of`, once for all steps.

    Example:
        >>> from .numpy_ops import NumPyOps
        >>> rule = SuppressTokens.of([1], size=3, ops=NumPyOps)
        >>> rule.apply(NumPyOps.row([1, 2, 3], float), None, {}, ops=NumPyOps).tolist()
        [[1.0, -inf, 3.0]]
    """

    reads_history: ClassVar[bool] = False
    _change: ClassVar[Any] = None  # set per instance: 0 or -inf for each token, (1, V)

    @classmethod
    def of(cls, ids: Any, *, size: int, ops: Any) -> "SuppressTokens":
        """Returns the rule that bans those ids of `size`, int (U,)."""
        ids = ops.row(ids, int)
        banned = ops.contains(ids, ids >= 0, size)
        return cls().with_values({"_change": ops.where(banned, float("-inf"), 0.0)})  # (1, V)

    def apply(self, scores, history, state, *, ops):
        """See `LogitRule.apply`."""
        return scores + self._change
