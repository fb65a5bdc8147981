"""The base class of logit rules that constrain a text to a grammar."""

import abc
import dataclasses
from typing import Any, ClassVar

from ..option import options_of
from .text_rule import TextRule


@dataclasses.dataclass(frozen=True, kw_only=True)
class ConstrainedRule(TextRule, abc.ABC):
    """Bans tokens that would violate a grammar, and the end of the text before the grammar matches.

    It applies to the new text only, after the prompt; if the tokenizer itself puts spaces between words, a space may
    come first. A text that `max_tokens` cuts off is the beginning of one that matches. The rule depends on a Python
    library, so that no SavedModel can have it.
    """

    rank: ClassVar[int] = 70
    _constraint: ClassVar[Any] = None

    @abc.abstractmethod
    def compiled(self, matcher: Any, *, spaced: bool) -> str:
        """Returns the grammar for llguidance; raises ValueError if it is invalid.

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
