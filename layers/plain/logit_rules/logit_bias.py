"""Adding numbers to scores."""

import dataclasses
from typing import Any, ClassVar

from ..errors import UserError
from ..option import option
from . import register_logit_rule
from .text_rule import TextRule, listed_values


@register_logit_rule("logit_bias")
@dataclasses.dataclass(frozen=True, kw_only=True)
class LogitBias(TextRule):
    """Adds a number to the scores of tokens, before all other rules (OpenAI's API reference, Chat).

    Args:
        logit_bias: `token=number` pairs separated by commas, or a JSON object; each token must be one of the model's,
            each number from -100, which practically bans it, to 100.
    """

    also: ClassVar[tuple[type, ...]] = (dict,)
    reads_history: ClassVar[bool] = False
    rank: ClassVar[int] = 10
    _bias: ClassVar[Any] = None  # set per instance: (1, V)

    logit_bias: str = option("", help="Numbers to add to the scores of tokens: cat=2,dog=-100, or a JSON object.")

    @property
    def arrays(self):
        """See `LogitRule.arrays`."""
        return {"_bias": self._bias}

    def bound(self, book):
        """See `LogitRule.bound`."""
        import numpy as np

        bias = np.zeros((1, book.width), np.float32)
        for text, value in listed_values("logit_bias", self.logit_bias, bound=100).items():
            ids = book.ids("logit_bias", text)
            if len(ids) != 1:
                raise UserError(f"logit_bias has {text!r}, which is {len(ids)} tokens for this model; it must be one")
            bias[0, ids[0]] = value
        return self.with_values({"_bias": bias})

    def apply(self, scores, history, state, *, ops):
        """See `LogitRule.apply`."""
        del history, state
        return scores + self._bias
