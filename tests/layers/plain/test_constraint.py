"""Text that is held to a regular expression, a JSON schema or a grammar."""

import json
import re
import sys

import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import ByteTokenizer, CharacterTokenizer

from tests.serving.text.plain_cases import CASES

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 8},
        "age": {"type": "integer", "minimum": 0, "maximum": 99},
        "tags": {"type": "array", "items": {"enum": ["a", 'b"c']}, "maxItems": 2},
        "next": {"anyOf": [{"type": "null"}, {"type": "boolean"}]},
    },
    "required": ["name", "age", "tags", "next"],
    "additionalProperties": False,
}


def needs_llguidance():
    pytest.importorskip("llguidance")


def lstm(tokenizer):
    return zoo.create("lstm_tiny", tokenizer=tokenizer)


@pytest.fixture(scope="module")
def of_bytes():
    return lstm(ByteTokenizer())


def check_parses(model, count):
    needs_llguidance()
    (found,) = model.generate(["x"], json_schema=SCHEMA, temperature=1.0, max_tokens=200, num_results=count, seed=1)
    values = [json.loads(each["text"]) for each in found]
    for value in values:
        assert list(value) == ["name", "age", "tags", "next"] and len(value["name"]) <= 8 and 0 <= value["age"] <= 99
        assert set(value["tags"]) <= {"a", 'b"c'} and value["next"] in (None, True, False)
    return values


def test_every_sample_of_an_untrained_model_parses(of_bytes):
    assert len({json.dumps(value) for value in check_parses(of_bytes, 20)}) == 20


@pytest.mark.slow
def test_a_thousand_samples_of_an_untrained_model_parse(of_bytes):
    check_parses(of_bytes, 1_000)


SLOW = [pytest.param(name, marks=pytest.mark.slow) for name in ("character", "byte", "sentencepiece bpe", "llama2c")]


@pytest.mark.parametrize("name", ["wordpiece", "bpe", *SLOW])
def test_tokenizers_of_every_kind(name):
    needs_llguidance()
    pattern = "[a-z ]{1,3}x?|[0-9]"
    (found,) = lstm(CASES[name]()).generate(["a"], regex=pattern, temperature=1.0, max_tokens=20, num_results=5)
    assert all(re.fullmatch(f" ?({pattern})", each["text"]) for each in found)
    assert len({each["text"] for each in found}) > 1


def test_beam_search_and_a_grammar(of_bytes):
    needs_llguidance()
    found = of_bytes.generate(["x"], decoder="beam", width=4, regex="[ab]{2}c", num_results=4)
    assert sorted(each["text"] for each in found[0]) == ["aac", "abc", "bac", "bbc"]
    (found,) = of_bytes.generate(["x"], grammar='start: "(" start ")" | "x"', temperature=1.0, max_tokens=90)
    assert re.fullmatch(r"(\(*)x(\)*)", found["text"]) and found["text"].count("(") == found["text"].count(")")
    (found,) = of_bytes.generate(["x"], regex="a{3}b?", max_tokens=2)
    assert found["text"] == "aa"  # cut off, as its documentation says


def test_an_end_comes_only_where_the_text_is_whole(of_bytes):
    needs_llguidance()
    found = of_bytes.generate(["x", "yyy"], regex="(abc)+", temperature=1.0, max_tokens=600, logit_bias={"<eos>": 5})
    assert all(re.fullmatch("(abc)+", each["text"]) for each in found)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"regex": "a("}, "regex cannot be used: .* unclosed group"),
        ({"regex": "(?!a)b"}, "regex cannot be used: .* look-around"),
        ({"regex": r"[^\s\S]"}, "regex can never match, or begins with text that no token of this model writes"),
        ({"regex": "猫"}, "regex can never match, or begins with text that no token"),
        (
            {"regex": "a猫"},
            "no token of this model can continue a text of the given regex after 'a': change it, or use a model",
        ),
        ({"regex": "ab", "suppress": ["b"]}, "no token of this model can continue a text of the given regex after 'a'"),
        ({"regex": "ab", "stop": []}, "after 'ab': give it a token to stop at, or a model of bytes"),
        ({"json_schema": {"type": "integer"}}, "json_schema can never match, or begins with text that no token"),
        ({"json_schema": {"type": "number", "enum": []}}, "json_schema cannot be used"),
        ({"json_schema": {"allOf": [{"type": "null"}, {"type": "array"}]}}, "Unsatisfiable schema"),
        ({"json_schema": "{"}, "json_schema is not JSON"),
        ({"json_schema": "[]"}, "json_schema must be a JSON object such as"),
        ({"json_schema": "[" * 100_000}, "json_schema is not JSON"),
        ({"json_schema": {"$ref": "http://localhost/x"}}, "json_schema cannot be used"),
        ({"grammar": "start: foo"}, "grammar cannot be used: .* unknown name"),
        ({"regex": 3}, "regex must be a string, not 3"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_can_never_match_or_not_be_written(given, message):
    needs_llguidance()
    model = lstm(CharacterTokenizer(["<unk>", "<eos>", "a", "b", " "]))
    with pytest.raises(UserError, match=message) as caught:
        model.generate(["a"], **given)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400


def test_tokens_that_are_written_differently_hold_to_no_pattern():
    needs_llguidance()
    with pytest.raises(UserError, match="is written differently after different tokens, so that no pattern"):
        lstm(CASES["word signs"]()).generate(["a"], regex="a")


def test_without_the_library(monkeypatch, of_bytes):
    monkeypatch.setitem(sys.modules, "llguidance", None)
    line = r"regex needs the package llguidance, which is not installed: pip install 'langzoo\[constrain\]'"
    with pytest.raises(UserError, match=line):
        of_bytes.generate(["a"], regex="never asked before")
