import math

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.evaluation import evaluate
from langzoo.trainers.fitting.smoothing import fit_ngrams, ngram_counter
from langzoo.zoo.models.ngram import BackoffConfig

from tests.checks.sentences import START, WORDS, corpus_of, counted, probabilities_of, sentences

LINES, HELD_OUT = sentences(), sentences(seed=1, count=40)


def bigram(folder, **changes):
    corpus, tokenizer = corpus_of(LINES, folder)
    valid, _ = corpus_of(HELD_OUT, folder, name="valid.txt")
    config = BackoffConfig(vocabulary_size=9, order=2, smoothing="interpolated", **changes)
    return fit_ngrams(config, corpus, name="n", tokenizer=tokenizer, valid=valid), valid


def test_one_weight_an_order_is_the_best_on_held_out_text(tmp_path):
    """By trying all pairs of weights: none is better, and the best of them is nearly as good."""
    model, valid = bigram(tmp_path, buckets=1)
    raw = counted(LINES, 2)
    total = sum(raw[0].values())
    follows = {word: sum(n for ngram, n in raw[1].items() if ngram[0] == word) for word in [START, *WORDS]}

    def p(word, before, low, high):
        single = low * raw[0][word,] / total + (1 - low + 1e-6) / 9
        return high * raw[1][before, word] / follows[before] + (1 - high) * single if follows[before] else single

    def loss(low, high):
        pairs = [pair for line in HELD_OUT for pair in zip([START, *line], [*line, "<eos>"], strict=True)]
        return -sum(math.log(p(word, before, low, high)) for before, word in pairs) / len(pairs)

    found = evaluate(model, valid).loss
    grid = [(low / 10, high / 100) for low in range(1, 11) for high in range(1, 100, 3)]
    best = min(grid, key=lambda pair: loss(*pair))
    assert loss(*best) - 2e-3 < found <= loss(*best) + 1e-4


def test_probabilities_sum_to_one_and_weights_by_count_are_no_worse(tmp_path):
    one, valid = bigram(tmp_path, buckets=1)
    many, _ = bigram(tmp_path, buckets=8)
    pruned, _ = bigram(tmp_path, buckets=8, prune=(0, 2))
    assert evaluate(many, valid).loss <= evaluate(one, valid).loss + 1e-5
    for model in (one, many, pruned):
        for history in [(), (START,), ("a",), ("f",), ("never",)]:
            assert sum(probabilities_of(model, history).values()) == pytest.approx(1, abs=1e-5)


def test_windows_are_words_and_those_before(tmp_path, monkeypatch):
    from langzoo.trainers.fitting import ngram_counter as module

    corpus, tokenizer = corpus_of([["a", "b", "c"], [], ["d"]], tmp_path)
    for size in (1 << 20, 2):
        monkeypatch.setattr(module, "CHUNK_TOKENS", size)
        counter = ngram_counter(corpus, tokenizer=tokenizer, by_lines=False, memory=10**8)
        rows = [row.tolist() for piece in counter.windows(3) for row in piece]
        assert rows == [[-1, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 1], [-1, 1, 1], [-1, 1, 5], [1, 5, 1]]


def test_without_held_out_text(tmp_path):
    corpus, tokenizer = corpus_of(LINES, tmp_path)
    config = BackoffConfig(vocabulary_size=9, order=2, smoothing="interpolated")
    with pytest.raises(UserError, match="learnt from held-out text: give --valid"):
        fit_ngrams(config, corpus, name="n", tokenizer=tokenizer)
