from itertools import pairwise

import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers.probabilistic import count_ngrams
from langzoo.layers.text import WordTokenizer

from tests.checks.model import check_causal_lm, logits_of

WORDS = ["<unk>", "<eos>", "the", "cat", "sat", "猫", "坐"]
TEXT = np.random.default_rng(2).choice(7, 60, p=[0.05, 0.15, 0.3, 0.1, 0.2, 0.1, 0.1])


def unigram():
    model = zoo.create("unigram", tokenizer=WordTokenizer(WORDS))
    model.head.set_counts(np.bincount(TEXT, minlength=7))
    return model


def bigram(**changes):
    counts = count_ngrams([(TEXT[:-1], TEXT[1:])], 7)
    model = zoo.create("bigram", tokenizer=WordTokenizer(WORDS), num_bigrams=len(counts[2]), **changes)
    model.head.set_counts(*counts)
    return model


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(unigram, marks=pytest.mark.ci),
        pytest.param(bigram, marks=pytest.mark.ci),
        pytest.param(lambda: bigram(prior_strength=2.0), marks=pytest.mark.ci),
    ],
    ids=["1", "2", "2, weak prior"],
)
def test_contract(make):
    check_causal_lm(make())


def test_the_unigram_is_the_relative_frequency():
    expected = (np.bincount(TEXT, minlength=7) + 1) / (len(TEXT) + 7)
    np.testing.assert_allclose(np.exp(logits_of(unigram(), np.array([[3, 4]], np.int32))[0, 1]), expected, rtol=1e-5)


def test_the_bigram_counts_what_follows():
    after = TEXT[1:][TEXT[:-1] == 2]
    prior = (np.bincount(TEXT[1:], minlength=7) + 1) / (len(TEXT) - 1 + 7)
    expected = (np.bincount(after, minlength=7) + 2 * prior) / (len(after) + 2)
    logits = logits_of(bigram(prior_strength=2.0), np.array([[5, 2]], np.int32))
    np.testing.assert_allclose(np.exp(logits[0, 1]), expected, rtol=1e-5)


def test_what_never_followed_is_not_drawn_without_a_prior():
    model = bigram(prior_strength=0.0)
    pairs = set(pairwise(WORDS[token] for token in TEXT))
    for out in model.generate(["the"] * 3, max_tokens=40, decoder="temperature", temperature=5.0, seed=3):
        assert set(pairwise(["the", *out["tokens"]])) <= pairs
