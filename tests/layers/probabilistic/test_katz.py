"""Katz's back-off against its equations in plain Python."""

import itertools

import numpy as np
import pytest
from langzoo.layers.probabilistic.katz import good_turing
from langzoo.trainers.fitting.smoothing import fit_ngrams
from langzoo.zoo.models.ngram import BackoffConfig

from tests.checks.sentences import START, WORDS, corpus_of, counted, probabilities_of, sentences


def discounts(counts):
    n = {times: sum(count == times for count in counts) for times in range(1, 7)}
    if not all(n[times] for times in range(1, 6)) or 6 * n[6] >= n[1]:
        return {}
    beyond = 6 * n[6] / n[1]
    found = {r: ((r + 1) * n[r + 1] / n[r] / r - beyond) / (1 - beyond) for r in range(1, 6)}
    return found if all(0 < each <= 1 for each in found.values()) else {}


def oracle(raw, word, history):
    counts = raw[len(history)]
    own = discounts(counts.values())
    following = {ngram[-1]: count for ngram, count in counts.items() if ngram[:-1] == history}
    total = sum(following.values())
    worth = {each: own.get(count, 1) * count for each, count in following.items()}
    if not history:
        rest = total - sum(worth.values()) or 1
        never = [each for each in WORDS if each not in following]
        return (
            worth[word] / (sum(worth.values()) + rest)
            if word in worth
            else rest / len(never) / (sum(worth.values()) + rest)
        )
    if not following:
        return oracle(raw, word, history[1:])
    if abs(total - sum(worth.values())) < 1e-9:
        total += 1
    if word in worth:
        return worth[word] / total
    others = 1 - sum(oracle(raw, each, history[1:]) for each in following)
    return (1 - sum(worth.values()) / total) / others * oracle(raw, word, history[1:])


@pytest.mark.parametrize(("order", "count"), [(3, 400), (3, 20)])
def test_every_probability_after_every_context(order, count, tmp_path):
    lines = sentences(count=count)
    corpus, tokenizer = corpus_of(lines, tmp_path)
    config = BackoffConfig(vocabulary_size=9, order=order, smoothing="katz")
    model, raw = fit_ngrams(config, corpus, name="n", tokenizer=tokenizer), counted(lines, order)
    words = [START, "b", "e", "f", "never"]
    for history in [(), *((a,) for a in words), *itertools.product(words, words[1:])]:
        found = probabilities_of(model, history)
        assert sum(found.values()) == pytest.approx(1, abs=1e-5)
        assert found == pytest.approx({word: oracle(raw, word, history) for word in WORDS}, rel=1e-4), history


def test_the_discounts_of_good_turing():
    """120, 40, 24, 13, 8 and 6 n-grams occur one to six times: A = 6 * 6 / 120 = 0.3."""
    counts = np.repeat([1, 2, 3, 4, 5, 6, 9], [120, 40, 24, 13, 8, 6, 3])
    found = good_turing(counts)
    assert found is not None
    assert found[0] == pytest.approx((2 * 40 / 120 - 0.3) / 0.7)
    assert found[4] == pytest.approx((6 * 6 / 8 / 5 - 0.3) / 0.7)
    assert good_turing(np.repeat([1, 2, 3, 4, 6], [120, 40, 24, 13, 6])) is None  # none occurs five times
    assert good_turing(np.repeat([1, 2, 3, 4, 5, 6], [10, 9, 8, 7, 6, 5])) is None  # A over 1
