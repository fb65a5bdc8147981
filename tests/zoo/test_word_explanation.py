import math

import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers import WordTokenizer
from langzoo.layers.plain.errors import UserError

TOKENIZER = WordTokenizer(["<unk>", "<eos>", "good", "bad", "cat"])


def naive(**changes):
    model = zoo.create("naive_bayes", tokenizer=TOKENIZER, options={"labels": ["-", "+", "0"]}, **changes)
    model.head.set_counts([[0, 0, 1, 6, 3], [0, 0, 8, 1, 3], [0, 0, 2, 2, 9]], [10, 15, 12])
    return model


def tree():
    model = zoo.create("chow_liu", tokenizer=TOKENIZER, options={"labels": ["-", "+"]}, num_words=2)
    model.head.set_tree(
        [2, 3], [-1, 0], [[[[9, 2], [1, 8]], [[0] * 2] * 2], [[[3, 2], [6, 0]], [[1, 7], [0, 1]]]], [10, 10]
    )
    return model


@pytest.mark.parametrize("make", [naive, pytest.param(lambda: naive(network="bernoulli"), marks=pytest.mark.ci), tree])
def test_contributions_sum_to_the_log_odds_of_the_label(make):
    for found in make().explain(["good good cat", "bad, unheard of good", ""]):
        check_sum(found)


def check_sum(found):
    assert found["log_odds"] == found["prior"] + sum(part["log_odds"] for part in found["contributions"])
    shares = found["probabilities"]
    assert found["label"] == max(shares, key=shares.__getitem__) != found["against"]
    assert found["log_odds"] == pytest.approx(math.log(shares[found["label"]] / shares[found["against"]]), abs=1e-5)
    sizes = [abs(part["log_odds"]) for part in found["contributions"]]
    assert sizes == sorted(sizes, reverse=True)


def test_a_word_by_hand():
    (found,) = naive().explain(["good good cat"], against="-")
    by_word = {part["word"]: part for part in found["contributions"]}
    assert found["label"] == "+" and by_word["good"]["count"] == 2
    assert by_word["good"]["log_odds"] == pytest.approx(2 * math.log((9 / 15) / (2 / 13)))
    assert found["prior"] == pytest.approx(math.log(15 / 10))


def test_edges_name_the_word_that_they_depend_on():
    (found,) = tree().explain(["bad"])
    (part,) = [part for part in found["contributions"] if part["word"] == "bad"]
    assert (part["count"], part["given"], part["given_count"]) == (1, "good", 0)
    assert abs(part["log_odds"]) == pytest.approx(abs(math.log((7 / 11) / (1 / 4))))


@pytest.mark.ci
def test_both_texts_of_a_pair_count():
    model = naive()
    (of_pair,), (of_one,) = model.explain(["good"], ["cat bad"]), model.explain(["good cat bad"])
    np.testing.assert_allclose(of_pair["log_odds"], of_one["log_odds"], rtol=1e-12)


@pytest.mark.ci
def test_other_classifiers_and_labels():
    with pytest.raises(UserError, match="only Bayesian networks"):
        zoo.create("text_cnn_tiny", vocabulary_size=5, tokenizer=TOKENIZER).explain(["good"])
    with pytest.raises(UserError, match="unknown label of naive_bayes: 'x'"):
        naive().explain(["good"], against="x")
    assert naive().explain([]) == []
