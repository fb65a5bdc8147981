"""Constraining a text to a regular expression."""

import dataclasses

from ..option import option
from . import register_logit_rule
from .constrained_rule import ConstrainedRule


@register_logit_rule("regex")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Regex(ConstrainedRule):
    """Constrains the new text to a full match of a regular expression (by llguidance, `langzoo[constrain]`).

    Args:
        regex: in the syntax of Rust's `regex`, without look-around and back references.
    """

    regex: str = option("", fixed=True, help="A regular expression for the whole new text; @FILE reads it.")

    def compiled(self, matcher, *, spaced):
        """See `ConstrainedRule.compiled`."""
        return matcher.grammar_from_regex(f" ?(?:{self.regex})" if spaced else self.regex)
