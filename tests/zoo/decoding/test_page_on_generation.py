"""`docs/generation.md` names every rule and decoder of ours, and says where each can be had."""

import re

from langzoo.layers.plain.generation_options import DECODERS as PLAIN
from langzoo.layers.plain.generation_options import LIVE_DECODERS, RANKED_DECODERS
from langzoo.layers.plain.logit_rules import own_rules
from langzoo.layers.plain.option import options_of
from langzoo.zoo.decoding.make_decoder import DECODERS

from tests.checks.pages import ROOT

TEXT = (ROOT / "docs/generation.md").read_text(encoding="utf-8")


def cells(line):
    return [each.strip() for each in line.strip("|").split("|")]


def test_every_rule_in_the_order_in_which_it_is_applied():
    rows = [cells(line) for line in TEXT.partition("## Decoders")[0].splitlines() if line.startswith("| ")][1:]
    named = [re.findall(r"`(\w+)`", row[1]) for row in rows]
    assert named == [list(options_of(rule)) for rule in own_rules()]
    assert [row[-2] for row in rows] == ["yes" if rule.exported else "no" for rule in own_rules()]


def test_every_decoder_and_where_it_is():
    rows = [cells(line) for line in TEXT.partition("## Decoders")[2].splitlines() if line.startswith("| `")]
    own = {name for name, kind in DECODERS.own().items() if kind.__module__.startswith("langzoo.zoo.decoding")}
    assert {row[0].strip("`") for row in rows} == own == {*PLAIN, *LIVE_DECODERS}
    assert {row[0].strip("`") for row in rows if row[-1] == "yes"} == {"greedy", "sampling"}
    assert {name for name in own if "width" in options_of(DECODERS[name])} == set(RANKED_DECODERS)
    others = {option for name in PLAIN for option in options_of(DECODERS[name])} | {"width"}
    for name, options in LIVE_DECODERS.items():
        assert {*options} == {*options_of(DECODERS[name])} - others
    for row in rows:
        assert {*re.findall(r"`(\w+)`", row[1])} <= {*options_of(DECODERS[row[0].strip("`")])}
