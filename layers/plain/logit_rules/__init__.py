"""Logit rules: changes of the next token's scores given the text so far, before any decoder. Needs no TensorFlow.

A rule is a file in this folder. It computes with the operations passed to it, those of NumPy or those of a graph, and
so is the same in a live model, a SavedModel, a LiteRT file and the loop of `serving.LiteModel`.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ..option import Option, options_of
from ..registry import Registry
from .logit_rule import LogitRule

RuleClass = TypeVar("RuleClass", bound=type[LogitRule])

LOGIT_RULES: Registry[type[LogitRule]] = Registry("logit_rule", own_package=__name__)


def register_logit_rule(name: str) -> Callable[[RuleClass], RuleClass]:
    """Class decorator that registers a `LogitRule` under a name; other packages use the group `langzoo.logit_rule`.

    Raises:
        ValueError: the name is invalid or taken (both places are named), or there is no docstring.
    """
    return LOGIT_RULES.register(name)


def own_rules(*, exported: bool = False) -> list[type[LogitRule]]:
    """Returns langzoo's own rules, in the order in which they are applied; with `exported` those of exports."""
    rules = [rule for rule in _in_order(LOGIT_RULES.own()) if rule.__module__.startswith(__name__)]
    return [rule for rule in rules if rule.exported or not exported]


def own_rule_options(*, exported: bool = False) -> dict[str, Option]:
    """Returns the options of all `own_rules`."""
    return {name: option for rule in own_rules(exported=exported) for name, option in options_of(rule).items()}


def cut_options(*, outside: bool = False) -> dict[str, Option]:
    """Returns the options of rules that cut, which only decoders that sample have."""
    return {
        name: option for rule in _in_order(_rules(outside)) if rule.cuts for name, option in options_of(rule).items()
    }


def split_rules(given: Mapping[str, Any], *, outside: bool = False) -> tuple[tuple[LogitRule, ...], dict[str, Any]]:
    """Returns the rules implied by the options, in order, except those without effect; and the remaining options.

    Args:
        given: options by name.
        outside: whether to look for rules of other packages too.

    Raises:
        UserError: a value is out of range.
    """
    found, rest = [], dict(given)
    for kind in _in_order(_rules(outside)):
        asked = {option: rest.pop(option) for option in options_of(kind) if option in rest}
        if asked and not (rule := kind(**asked)).neutral:  # checked for every text
            found.append(rule)
    return tuple(found), rest


def _rules(outside: bool) -> Mapping[str, type[LogitRule]]:
    return {entry.name: entry.value for entry in LOGIT_RULES.entries()} if outside else LOGIT_RULES.own()


def _in_order(rules: Mapping[str, type[LogitRule]]) -> list[type[LogitRule]]:
    """Sorts rules by rank, and rules of equal rank by name."""
    return [rules[name] for name in sorted(rules, key=lambda name: (rules[name].rank, name))]


__all__ = [
    "LOGIT_RULES",
    "LogitRule",
    "cut_options",
    "own_rule_options",
    "own_rules",
    "register_logit_rule",
    "split_rules",
]
