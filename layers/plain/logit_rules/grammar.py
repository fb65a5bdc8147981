"""Constraining a text to a grammar."""

import dataclasses

from ..option import option
from . import register_logit_rule
from .constrained_rule import ConstrainedRule


@register_logit_rule("grammar")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Grammar(ConstrainedRule):
    """Constrains the new text to a context-free grammar in Lark's syntax (by llguidance, `langzoo[constrain]`).

    Args:
        grammar: the rules, of which `start` is the first.
    """

    grammar: str = option("", fixed=True, help="A grammar for the new text, in Lark's syntax; @FILE reads it.")

    def compiled(self, matcher, *, spaced):
        """See `ConstrainedRule.compiled`."""
        del spaced  # the rules define the spaces
        return matcher.grammar_from_lark(self.grammar)
