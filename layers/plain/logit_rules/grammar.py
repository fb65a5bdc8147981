"""Text of a grammar."""

import dataclasses

from ..option import option
from . import register_logit_rule
from .constrained_rule import ConstrainedRule


@register_logit_rule("grammar")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Grammar(ConstrainedRule):
    """The new text is one of a context-free grammar in Lark's form (by the library llguidance, `langzoo[constrain]`).

    Args:
        grammar: the rules, of which `start` is the first.
    """

    grammar: str = option("", fixed=True, help="A grammar, as Lark writes it, of the new text; @FILE reads it.")

    def compiled(self, matcher, *, spaced):
        """See `ConstrainedRule.compiled`."""
        del spaced  # the rules say where spaces are
        return matcher.grammar_from_lark(self.grammar)
