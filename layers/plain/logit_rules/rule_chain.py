"""A chain of logit rules."""

from collections.abc import Sequence
from typing import Any

from .history import History
from .logit_rule import LogitRule


class RuleChain:
    """Logit rules, applied one after the other: those that cut by `cut`, after the others.

    Args:
        rules: first to last.
        ops: the operations to compute with.
    """

    def __init__(self, rules: Sequence[LogitRule], *, ops: Any):
        self._rules, self._ops = tuple(rules), ops

    @property
    def reads_history(self) -> bool:
        """Whether a rule reads the text so far."""
        return any(rule.reads_history for rule in self._rules)

    def start(self, prompt_ids: Any, lengths: Any, size: Any) -> tuple[dict[str, Any], ...]:
        """Returns the states of all rules; see `LogitRule.start`."""
        return tuple(rule.start(prompt_ids, lengths, size, ops=self._ops) for rule in self._rules)

    def apply(self, scores: Any, history: History | None, states: Sequence[dict[str, Any]]) -> Any:
        """Returns the changed scores; see `LogitRule.apply`."""
        for rule, state in zip(self._rules, states, strict=True):
            if not rule.cuts:
                scores = rule.apply(scores, history, state, ops=self._ops)
        return scores

    def cut(self, scores: Any) -> Any:
        """Returns the scores, after temperature, top-k and top-p, with -inf for tokens that the rules cut."""
        for rule in self._rules:
            if rule.cuts:
                scores = rule.apply(scores, None, {}, ops=self._ops)
        return scores

    def advance(self, states: Sequence[dict[str, Any]], tokens: Any) -> tuple[dict[str, Any], ...]:
        """Returns the states after one more token of every row; see `LogitRule.advance`."""
        return tuple(
            rule.advance(state, tokens, ops=self._ops) for rule, state in zip(self._rules, states, strict=True)
        )
