"""Forcing the beginning of the new text."""

import dataclasses
from typing import Any, ClassVar

from ..option import option
from . import register_logit_rule
from .text_rule import TextRule


@register_logit_rule("forced_start")
@dataclasses.dataclass(frozen=True, kw_only=True)
class ForcedStart(TextRule):
    """Forces the first tokens of the new text (transformers' `forced_bos_token_id`, for several tokens).

    Args:
        forced_start: the text that comes first, with a leading space if it begins a word.
    """

    reads_history: ClassVar[bool] = True
    rank: ClassVar[int] = 60
    _first: ClassVar[Any] = None  # set per instance: int (1, L)

    forced_start: str = option("", help="The beginning of the new text, after the prompt.")

    @property
    def arrays(self):
        """See `LogitRule.arrays`."""
        return {"_first": self._first}

    def bound(self, book):
        """See `LogitRule.bound`."""
        import numpy as np

        return self.with_values({"_first": np.array([book.ids("forced_start", self.forced_start)], np.int32)})

    def apply(self, scores, history, state, *, ops):
        """See `LogitRule.apply`."""
        del state
        length = ops.width(self._first)
        token = ops.columns(self._first, ops.minimum(history.step, length - 1))  # (1, 1)
        forced = ops.where(ops.arange(ops.width(scores)) == token, 0.0, float("-inf"))  # (1, V)
        return ops.where((history.step < length) & (scores == scores), forced, scores)
