"""Modified Kneser-Ney against its equations in plain Python, word by word."""

import itertools
from collections import Counter

import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.probabilistic.kneser_ney import discounts
from langzoo.trainers.fitting.smoothing import fit_ngrams
from langzoo.zoo.models.ngram import BackoffConfig

from tests.checks.sentences import START, WORDS, corpus_of, counted, probabilities_of, sentences


class Oracle:
    """Equations 24 to 26 of Chen & Goodman 1999; n-grams that begin a text keep their counts."""

    def __init__(self, lines, order, prune):
        self.raw = counted(lines, order)
        self.limits = [*prune, *[prune[-1]] * (order - len(prune))]
        self.adjusted = [self.raw[-1]]
        for length in range(order - 1, 0, -1):
            before = Counter(ngram[1:] for ngram in self.raw[length])
            kept = {ngram: count for ngram, count in self.raw[length - 1].items() if ngram[0] == START}
            self.adjusted.insert(0, before | Counter(kept))
        self.discounts = [self._discounts(each) for each in self.adjusted]

    @staticmethod
    def _discounts(counts):
        n = [sum(count == times for count in counts.values()) for times in range(5)]
        if not all(n[1:4]):
            return [0, 0.5, 1, 1.5]
        y = n[1] / (n[1] + 2 * n[2])
        found = [0, *(j - (j + 1) * y * n[j + 1] / n[j] for j in (1, 2, 3))]
        return found if all(0 <= each <= j for j, each in enumerate(found)) else [0, 0.5, 1, 1.5]

    def p(self, word, history):
        length = len(history) + 1
        following = {ngram: count for ngram, count in self.adjusted[length - 1].items() if ngram[:-1] == history}
        lower = 1 / len(WORDS) if not history else self.p(word, history[1:])
        if not following:
            return lower
        own = self.discounts[length - 1]
        seen, left = 0.0, 0.0
        for ngram, count in following.items():
            if self.raw[length - 1][ngram] <= self.limits[length - 1]:
                left += count
                continue
            left += own[min(count, 3)]
            if ngram[-1] == word:
                seen = count - own[min(count, 3)]
        return (seen + left * lower) / sum(following.values())


def histories(order):
    """Every context of up to order - 1 words, begun by the start of a text or not."""
    for length in range(order):
        for words in itertools.product(WORDS[3:6], repeat=length):
            yield words
            if length > 0:
                yield (START, *words[1:])


@pytest.mark.parametrize(
    ("order", "prune", "count"),
    [(1, [0], 80), (2, [0], 80), (4, [0, 0, 1], 80), (3, [0, 1, 2], 30), (3, [0], 3)],
)
def test_every_probability_after_every_context(order, prune, count, tmp_path):
    lines = sentences(count=count)
    corpus, tokenizer = corpus_of(lines, tmp_path)
    config = BackoffConfig(vocabulary_size=9, order=order, prune=tuple(prune))
    model, oracle = fit_ngrams(config, corpus, name="n", tokenizer=tokenizer), Oracle(lines, order, prune)
    for history in histories(order):
        found = probabilities_of(model, history)
        assert sum(found.values()) == pytest.approx(1, abs=1e-6)
        expected = {word: oracle.p(word, history) for word in WORDS}
        assert found == pytest.approx(expected, rel=1e-5), history


def test_the_discounts_of_lmplz():
    """4 n-grams occur once, 2 twice, 1 three times, 1 four times: Y = 4 / 8."""
    assert discounts(np.array([1, 1, 1, 1, 2, 2, 3, 4, 9])) == (1 - 2 * 0.5 * 2 / 4, 2 - 3 * 0.5 / 2, 3 - 4 * 0.5)
    assert discounts(np.array([1, 1, 2, 2])) is None  # nothing occurs three times
    assert discounts(np.array([*[1] * 9, 2, *[3] * 9])) is None  # D2 is below 0


@pytest.mark.parametrize("prune", [(1,), (0, 2, 1), (0, 0, 0, 0)])
def test_pruning_that_is_none(prune, tmp_path):
    corpus, tokenizer = corpus_of(sentences(), tmp_path)
    config = BackoffConfig(vocabulary_size=9, order=3, prune=prune)
    with pytest.raises(UserError, match="prune must be 0 for words, must not fall"):
        fit_ngrams(config, corpus, name="n", tokenizer=tokenizer)
