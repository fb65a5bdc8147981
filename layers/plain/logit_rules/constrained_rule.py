"""The base of logit rules that hold a text to a grammar."""

import abc
import dataclasses
from typing import Any, ClassVar

from ..option import options_of
from .text_rule import TextRule


@dataclasses.dataclass(frozen=True, kw_only=True)
class ConstrainedRule(TextRule, abc.ABC):
    """Bans what would break a grammar, and the end of the text before it is met.

    It holds the new text alone, after the prompt; where the tokenizer puts spaces between words itself, a space may
    come first. A text that `max_tokens` cuts off is the beginning of one that meets the grammar. A Python library
    keeps track, so that no SavedModel has such a rule.
    """

    rank: ClassVar[int] = 70
    _constraint: ClassVar[Any] = None

    @abc.abstractmethod
    def compiled(self, matcher: Any, *, spaced: bool) -> str:
        """What llguidance reads; ValueError where there is none.

        Args:
            matcher: the class `llguidance.LLMatcher`.
            spaced: whether a space may come first.
        """

    def bound(self, book):
        """See `LogitRule.bound`."""
        from ..constraint import Constraint

        (name,) = options_of(self)
        grammar = lambda matcher: self.compiled(matcher, spaced=book.joins_words)  # noqa: E731
        made = book.patterns.made((name, getattr(self, name)), lambda: Constraint(name, grammar, book))
        return self.with_values({"_constraint": made})

    def apply(self, scores, history, state, *, ops):
        """See `LogitRule.apply`."""
        del state
        given = [scores, history.new_ids, history.step, history.stop_ids, history.finished]
        return ops.where(ops.host(self._constraint.mask, given, like=scores), scores, float("-inf"))
