"""Logit rules that are skipped at run time if they change nothing."""

import dataclasses
from collections.abc import Sequence
from typing import Any, ClassVar

import tensorflow as tf

from ...layers.plain.logit_rules import LogitRule
from ...layers.plain.option import options_of


def any_asked(rules: Sequence[type[LogitRule]], values: Any) -> Any:
    """Whether any of the options, tensors by name, makes any of the rules change anything: bool scalar."""
    defaults = {name: option.default for rule in rules for name, option in options_of(rule).items()}
    return tf.reduce_any([tf.reduce_any(values[name] != default) for name, default in defaults.items()])


@dataclasses.dataclass(frozen=True, kw_only=True)
class OptionalRule(LogitRule):
    """A rule inside the graph of an export, which costs nothing if its options change nothing; made with `of`."""

    _rule: ClassVar[Any] = None  # set per instance: the rule, whose options are tensors
    _asked: ClassVar[Any] = None  # and whether one of them changes anything, bool scalar

    @classmethod
    def of(cls, rule: type[LogitRule], values: Any) -> "OptionalRule":
        """Makes the rule with tensors as options, scalars or (B,), by name; others are ignored."""
        inner = rule().with_values({name: values[name] for name in options_of(rule)})
        asked = any_asked([rule], values)
        return cls().with_values(
            {"_rule": inner, "_asked": asked, "cuts": rule.cuts, "reads_history": rule.reads_history}
        )

    def start(self, prompt_ids, lengths, size, *, ops):
        """See `LogitRule.start`."""
        return self._rule.start(prompt_ids, lengths, size, ops=ops)

    def apply(self, scores, history, state, *, ops):
        """See `LogitRule.apply`."""
        return tf.cond(self._asked, lambda: self._rule.apply(scores, history, state, ops=ops), lambda: scores)

    def advance(self, state, tokens, *, ops):
        """See `LogitRule.advance`."""
        if not state:
            return state
        return tf.cond(self._asked, lambda: self._rule.advance(state, tokens, ops=ops), lambda: state)
