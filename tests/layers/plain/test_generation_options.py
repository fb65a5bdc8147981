"""The one rule for the options of `generate`."""

import dataclasses
import struct
import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from langzoo.layers.plain.beam_options import MAX_WIDTH, BeamOptions
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.generation_options import (
    MAX_TOKENS,
    checked_integer,
    checked_limits,
    checked_results,
    exported_options,
    generation_options,
    ranked_results,
)
from langzoo.layers.plain.logit_rules import own_rule_options
from langzoo.layers.plain.option import GREATEST, LEAST, options_of
from langzoo.layers.plain.sampling_options import SamplingOptions

ODD = [None, True, False, "1", b"1", [1], (), {}, 1j, Decimal(1), np.array(1), np.array([1]), object(), np.bool_(True)]
NO_NUMBERS = [float("nan"), float("inf"), -float("inf"), 10**400, -(10**400), 10**5000, -1, -1e-300]
REAL = ("temperature", "top_p", "length_penalty", "repetition_penalty")
WHOLE = {"top_k": (0, 2**31 - 1), "width": (1, MAX_WIDTH), "no_repeat_ngram_size": (0, 2**31 - 1)}
OPTIONS = {**options_of(SamplingOptions), **options_of(BeamOptions), **own_rule_options()}


def checked_option(name, value):
    return OPTIONS[name].checked(value)


def decoder_options(decoder, given):
    return generation_options(decoder, given)[:2]


def test_bounds_of_32_bits():
    assert (float(np.finfo(np.float32).tiny), float(np.finfo(np.float32).max)) == (LEAST, GREATEST)


@pytest.mark.parametrize(
    ("decoder", "given", "expected"),
    [
        (None, {}, ("greedy", {})),
        (None, {"top_k": None, "width": None}, ("greedy", {})),
        (None, {"temperature": 0.5}, ("sampling", {"temperature": 0.5})),
        (None, {"top_k": 3}, ("sampling", {"top_k": 3})),
        (None, {"top_k": 3, "top_p": 0.5}, ("sampling", {"top_k": 3, "top_p": 0.5})),
        (None, {"length_penalty": 1}, ("beam", {"length_penalty": 1.0})),
        (None, {"min_p": 0.1}, ("sampling", {})),
        (None, {"typical_p": 0.5, "temperature": 2}, ("sampling", {"temperature": 2.0})),
        (None, {"presence_penalty": 1}, ("greedy", {})),
        ("top_k", {}, ("sampling", {"top_k": 40})),
        ("top_k", {"temperature": 2}, ("sampling", {"top_k": 40, "temperature": 2.0})),
        ("top_p", {"top_p": 0.5}, ("sampling", {"top_p": 0.5})),
        ("beam", {"width": np.int64(3)}, ("beam", {"width": 3})),
    ],
)
def test_the_decoder_that_has_the_options(decoder, given, expected):
    assert decoder_options(decoder, given) == expected


@pytest.mark.parametrize(
    ("decoder", "given", "message"),
    [
        (
            "greedy",
            {"top_k": 1},
            "decoder 'greedy' has no option 'top_k', nor any other: leave it out, or use decoder 'sampling'",
        ),
        ("greedy", {"min_p": 0.1}, "decoder 'greedy' has no option 'min_p', nor any other: .* decoder 'sampling'"),
        ("beam", {"eta_cutoff": 0.1}, "decoder 'beam' has no option 'eta_cutoff', only width, .* decoder 'sampling'"),
        (None, {"min_p": 0.1, "width": 2}, "decoder 'beam' has no option 'min_p', only width"),
        ("top_k", {"width": 1}, "decoder 'top_k' has no option 'width', only temperature, top_k, top_p"),
        (None, {"top_k": 1, "width": 2}, "decoder 'beam' has no option 'top_k', only width, length_penalty"),
        (None, {"topk": 1}, "unknown option of generate 'topk'. Did you mean top_k"),
        (None, {"repetition_penalti": 1}, "'repetition_penalti'. Did you mean repetition_penalty"),
        (None, {"repetition_penalty": 0}, "repetition_penalty must be a number from 0.01 to 100, not 0"),
        ("greedy", {"no_repeat_ngram_size": 1.5}, "no_repeat_ngram_size must be an integer from 0 to"),
        ("temperature", {"topk": 1}, "decoder 'temperature' has no option 'topk'"),
        ("", {}, "unknown decoder ''"),
        ("Greedy", {}, "unknown decoder 'Greedy'. Did you mean greedy"),
        (3, {}, "decoder must be a name such as 'greedy', not 3"),
        (True, {}, "decoder must be a name such as 'greedy', not True"),
        (["greedy"], {}, r"decoder must be a name such as 'greedy', not \['greedy'\]"),
    ],
)
def test_no_such_decoder_or_option(decoder, given, message):
    with pytest.raises(ValueError, match=message) as caught:
        decoder_options(decoder, given)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", [*REAL, *WHOLE])
@pytest.mark.parametrize("value", [*ODD, *NO_NUMBERS], ids=lambda value: type(value).__name__)
def test_what_is_no_number_in_range_is_refused_in_one_short_line(name, value):
    with pytest.raises(UserError, match=rf"^{name} must be an? (number|integer) .*, not ") as caught:
        checked_option(name, value)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("temperature", 1e-50, 0.0),
        ("temperature", 1e-40, 0.0),  # 32 bits hold it, but a graph may take it for 0
        ("temperature", LEAST, LEAST),
        ("temperature", 0.1, struct.unpack("f", struct.pack("f", 0.1))[0]),
        ("temperature", Fraction(1, 2), 0.5),
        ("temperature", GREATEST, GREATEST),
        ("temperature", 10**38, float(np.float32(1e38))),
        ("top_p", 1e-46, LEAST),  # the one most probable token, as any p so small
        ("top_p", sys.float_info.min, LEAST),
        ("top_p", 1 - 1e-12, 1.0),
        ("length_penalty", 1e-46, 0.0),
        ("top_k", np.uint8(7), 7),
    ],
)
def test_numbers_are_those_of_32_bits(name, value, expected):
    assert checked_option(name, value) == expected and type(checked_option(name, value)) in (int, float)


@pytest.mark.parametrize(
    ("name", "value"),
    [("temperature", 1e39), ("length_penalty", 1e39), ("temperature", 3.5e38), ("top_p", 1 + 1e-12), ("top_p", 0)],
)
def test_beyond_32_bits_or_the_range(name, value):
    with pytest.raises(UserError, match=f"{name} must be a number"):
        checked_option(name, value)


@pytest.mark.parametrize(("name", "limits"), WHOLE.items())
def test_integers_reach_their_limits_and_no_further(name, limits):
    low, high = limits
    assert [checked_option(name, value) for value in limits] == [low, high]
    for value in (low - 1, high + 1, float(low + 1)):
        with pytest.raises(UserError, match=f"{name} must be an integer from {low} to {high}, not "):
            checked_option(name, value)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"max_tokens": 0}, f"max_tokens must be an integer from 1 to {MAX_TOKENS}, not 0"),
        ({"max_tokens": MAX_TOKENS + 1}, "max_tokens must be"),
        ({"max_tokens": True}, "max_tokens must be .* not True"),
        ({"max_tokens": None}, "max_tokens must be .* not None"),
        ({"max_tokens": 2.0}, "max_tokens must be .* not 2.0"),
        ({"seed": True}, "seed must be an integer from -2147483648 to 2147483647, not True"),
        ({"seed": 2**31}, "seed must be"),
        ({"stop": [3]}, r"stop must be a list of strings, not \[3\]"),
        ({"stop": "the"}, "stop must be a list of strings, not 'the'"),
        ({"stop": 3}, "stop must be a list of strings, not 3"),
        ({"stop": [b"the"]}, "stop must be a list of strings"),
        ({"suppress": "<unk>"}, "suppress must be a list of strings, not '<unk>'"),
        ({"suppress": None}, "suppress must be a list of strings, not None"),
        ({"suppress": [None]}, r"suppress must be a list of strings, not \[None\]"),
    ],
)
def test_limits(given, message):
    with pytest.raises(ValueError, match=message):
        checked_limits(**{"max_tokens": 1, "seed": 0, "stop": None, "suppress": (), **given})


def test_lists_may_be_of_any_kind():
    assert checked_limits(max_tokens=MAX_TOKENS, seed=-(2**31), stop=iter("ab"), suppress=np.array(["c"])) == (
        ["a", "b"],
        ["c"],
    )
    assert checked_integer("count", np.int8(3), 1, 5) == 3


def test_rules_stand_beside_any_decoder_and_neutral_ones_are_left_out():
    given = {"repetition_penalty": 1, "no_repeat_ngram_size": 2}
    for decoder, options in ((None, {}), ("greedy", {}), ("beam", {"width": 2}), ("top_p", {"temperature": 2})):
        name, chosen, rules = generation_options(decoder, {**given, **options})
        assert (name, chosen) == decoder_options(decoder, options)
        assert [rule.no_repeat_ngram_size for rule in rules] == [2]


def test_one_table_says_what_there_is():
    """A new option of a decoder or rule of an export stands in its signatures, and nowhere else by hand."""
    names = ["max_tokens", "temperature", "top_k", "top_p", "seed", "repetition_penalty", "frequency_penalty"]
    names += ["presence_penalty", "min_new_tokens", "no_repeat_ngram_size"]
    names += ["min_p", "typical_p", "epsilon_cutoff", "eta_cutoff"]  # rules that cut come last
    assert list(exported_options()) == names
    assert all(option.help for option in OPTIONS.values())
    assert {name: each.checked(each.default) for name, each in options_of(BeamOptions).items()} == vars(BeamOptions())


def test_an_option_without_a_default_is_a_mistake_of_its_author():
    made = dataclasses.make_dataclass("Odd", [("rank", int), ("names", list, dataclasses.field(default_factory=list))])
    with pytest.raises(ValueError, match="the option rank of Odd needs a default"):
        options_of(made)


@pytest.mark.parametrize(
    ("number", "name", "options", "seed", "message"),
    [
        (0, "sampling", {}, 0, "num_results must be an integer from 1 to 1024, not 0"),
        (True, "sampling", {}, 0, "num_results must be an integer"),
        (1_025, "sampling", {}, 0, "num_results must be an integer"),
        (2, "greedy", {}, 0, "num_results must be 1 with decoder 'greedy', which always writes the same"),
        (2, "sampling", {"temperature": 0.0}, 0, "num_results must be 1 with decoder 'greedy'"),
        (5, "beam", {}, 0, "num_results must be at most width, 4, with decoder 'beam', not 5"),
        (3, "beam", {"width": 2}, 0, "num_results must be at most width, 2"),
        (2, "sampling", {}, 2**31 - 1, "seed and num_results go beyond the last seed"),
        (2, "MyDecoder", {}, 0, "num_results must be 1 with decoder 'MyDecoder'"),
    ],
)
def test_texts_that_a_decoder_cannot_give(number, name, options, seed, message):
    with pytest.raises(UserError, match=message):
        checked_results(number, seed, name, options)


def test_results_are_best_first():
    found = [
        {"text": text, "log_probabilities": p} for text, p in (("a", [-2.0]), ("b", [-0.5, -1]), ("c", []), ("d", [-1]))
    ]
    rows = [[(each["text"], each["score"]) for each in row] for row in ranked_results(found, 2)]
    assert rows == [[("b", -1.5), ("a", -2.0)], [("c", 0.0), ("d", -1.0)]]
    assert [each["text"] for each in ranked_results(found, 4, [1, 2, 3, 4])[0]] == list("dcba")
