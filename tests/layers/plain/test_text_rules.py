"""Logit rules whose options are text: by hand, in a graph, and as transformers has them."""

import importlib

import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.logit_rules import split_rules
from langzoo.layers.plain.token_book import TokenBook

from tests.layers.plain.test_logit_rules import NINF, STOPS, V, in_a_graph, in_numpy, random_case

NAMES = ["a", "<eos>", "b", "c", "d", "<unk>"]
BOOK = TokenBook(
    names=NAMES,
    width=V,
    end_id=1,
    unknown_id=5,
    joins_words=False,
    encode=lambda text: [NAMES.index(each) if each in NAMES else 5 for each in text.replace(" ", "")],
    decode=lambda rows: ["".join(NAMES[each] for each in row if each != 1).encode() for row in rows],
)


def bound(**given):
    (rule,), rest = split_rules(given)
    assert rest == {}
    return rule.bound(BOOK)


def banned_by_hand(scores, texts, words):
    out = scores.copy()
    for row, text in enumerate(texts):
        for *first, last in words:
            if text[len(text) - len(first) :] == first:
                out[row, last] = NINF
    return out


@pytest.mark.parametrize("apply", [in_numpy, in_a_graph])
def test_banned_words(apply):
    words = {"a": [0], "bc": [2, 3], "dddd": [4, 4, 4, 4], "abcdabcdabcd": [0, 2, 3, 4] * 3}
    rule = bound(banned_words=list(words))
    for seed in range(5):
        scores, texts = random_case(seed)
        texts[0], texts[1], texts[2] = [0, 4, 4, 4], [4, 4], [3, 1, 2]
        for new in (0, 2):
            expected = banned_by_hand(scores, texts, words.values())
            np.testing.assert_array_equal(apply(rule, scores, texts, new), expected)
    assert expected[0, 4] == expected[2, 3] == NINF != expected[1, 4]  # a word that is begun, and one that is not


@pytest.mark.parametrize("apply", [in_numpy, in_a_graph])
def test_bias_allowed_words_and_start(apply):
    scores, texts = random_case(1)
    expected = scores.copy()
    expected[:, [0, 3]] += np.float32([2.5, -100])
    np.testing.assert_array_equal(apply(bound(logit_bias={"a": 2.5, "c": -100}), scores, texts), expected)
    np.testing.assert_array_equal(apply(bound(logit_bias="a=2.5, c=-1e2"), scores, texts), expected)
    allowed = np.where(np.isin(np.arange(V), [2, 3, *STOPS]), scores, NINF)
    np.testing.assert_array_equal(apply(bound(allowed_words="b,cb"), scores, texts), allowed)
    for new, token in enumerate([3, 0]):
        found = apply(bound(forced_start="ca"), scores, texts, new)
        np.testing.assert_array_equal(found, np.where(np.arange(V) == token, 0, NINF) + np.zeros((5, 1)))
    np.testing.assert_array_equal(apply(bound(forced_start="ca"), scores, texts, 2), scores)


@pytest.mark.slow
def test_as_transformers_has_them():
    pytest.importorskip("torch")
    module, torch = pytest.importorskip("transformers.generation.logits_process"), importlib.import_module("torch")
    pairs = [
        (bound(banned_words="a,bc,dda"), module.NoBadWordsLogitsProcessor([[0], [2, 3], [4, 4, 0]], eos_token_id=1)),
        (bound(logit_bias="a=3,d=-7"), module.SequenceBiasLogitsProcessor({(0,): 3.0, (4,): -7.0})),
    ]
    for seed in range(20):
        scores, texts = random_case(seed)
        for row, text in enumerate(texts):
            for ours, theirs in pairs:
                expected = theirs(torch.tensor([text]), torch.tensor(scores[row : row + 1])).numpy()
                np.testing.assert_allclose(in_numpy(ours, scores[row : row + 1], [text]), expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"banned_words": "a,x"}, "banned_words has 'x', which is not in the model's vocabulary; it must be"),
        ({"banned_words": "a,,b"}, "banned_words must be words separated by commas, or a JSON list of strings, not"),
        ({"banned_words": "[1"}, "banned_words begins like JSON but is not valid"),
        ({"banned_words": [3]}, "banned_words must be words"),
        ({"banned_words": {"a": 1}}, "banned_words must be a string, not"),
        ({"allowed_words": ["a", ""]}, "allowed_words must be words"),
        ({"logit_bias": "ab=1"}, "logit_bias has 'ab', which is 2 tokens for this model; it must be one"),
        ({"logit_bias": "a=101"}, "with values from -100 to 100, not 'a=101'|each value from -100 to 100"),
        ({"logit_bias": {"a": float("nan")}}, "logit_bias must be token=value pairs"),
        ({"logit_bias": {"a": True}}, "logit_bias must be token=value pairs"),
        ({"logit_bias": {"a": [1]}}, "logit_bias must be token=value pairs"),
        ({"logit_bias": "a"}, "logit_bias must be token=value pairs"),
        ({"logit_bias": 3}, "logit_bias must be a string, not 3"),
        ({"forced_start": " "}, "forced_start has ' ', which is no token for this model: leave it out"),
    ],
    ids=str,
)
def test_what_a_user_gets_wrong(given, message):
    with pytest.raises(UserError, match=message) as caught:
        bound(**given)
    assert "\n" not in str(caught.value)
