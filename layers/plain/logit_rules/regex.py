"""Text that a regular expression matches."""

import dataclasses

from ..option import option
from . import register_logit_rule
from .constrained_rule import ConstrainedRule


@register_logit_rule("regex")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Regex(ConstrainedRule):
    """The new text is one that a regular expression matches whole (by the library llguidance, `langzoo[constrain]`).

    Args:
        regex: in the syntax of Rust's `regex`, without look-around and back references.
    """

    regex: str = option("", fixed=True, help="A regular expression of all of the new text; @FILE reads it.")

    def compiled(self, matcher, *, spaced):
        """See `ConstrainedRule.compiled`."""
        return matcher.grammar_from_regex(f" ?(?:{self.regex})" if spaced else self.regex)
