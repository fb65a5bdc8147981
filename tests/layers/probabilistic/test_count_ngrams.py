import sys
from collections import Counter

import numpy as np
import pytest
from langzoo.layers.probabilistic import count_ngrams


def expected_counts(chunks):
    pairs = Counter()
    for contexts, targets in chunks:
        pairs.update(zip(contexts.ravel().tolist(), targets.ravel().tolist(), strict=True))
    words = Counter()
    for (_, target), n in pairs.items():
        words[target] += n
    return words, pairs


@pytest.mark.parametrize("buffered", [1, 7, 1 << 20])
def test_equals_a_counter(monkeypatch, buffered):
    # The package exports the function under the module's name.
    monkeypatch.setattr(sys.modules[count_ngrams.__module__], "BUFFERED_PAIRS", buffered)
    rng = np.random.default_rng(0)
    chunks = [tuple(rng.integers(0, 9, (2, n)).astype(np.int32)) for n in (5, 0, 40, 1, 23)]
    chunks.append((np.full((2, 3), 8), np.full((2, 3), 8)))
    words, pairs = expected_counts(chunks)
    unigram_counts, row_starts, columns, counts = count_ngrams(iter(chunks), 10)
    assert unigram_counts.tolist() == [words[w] for w in range(10)]
    rows = np.repeat(np.arange(10), np.diff(row_starts))
    found = {(c, t): n for c, t, n in zip(rows.tolist(), columns.tolist(), counts.tolist(), strict=True)}
    assert found == pairs and sorted(found) == list(found)


def test_nothing_gives_an_empty_table():
    unigram_counts, row_starts, columns, counts = count_ngrams([], 3)
    assert unigram_counts.tolist() == [0, 0, 0] and row_starts.tolist() == [0, 0, 0, 0]
    assert len(columns) == len(counts) == 0


def test_large_ids_do_not_overflow():
    last = 3_000_000 - 1
    _, row_starts, columns, counts = count_ngrams([(np.array([last, last], np.int32), np.array([last, 0]))], last + 1)
    assert columns.tolist() == [0, last] and counts.tolist() == [1, 1] and row_starts[last:].tolist() == [0, 2]


@pytest.mark.parametrize(
    "chunk, message",
    [
        (([1, 2], [1]), r"must have one shape, not \(2,\) and \(1,\)"),
        (([1.0], [1]), "contexts must be integers, not float64"),
        (([1], [3]), r"targets must lie in \[0, 3\), not reach from 3 to 3"),
        (([-1], [0]), r"contexts must lie in \[0, 3\), not reach from -1"),
    ],
)
def test_chunks_are_checked(chunk, message):
    with pytest.raises(ValueError, match=message):
        count_ngrams([tuple(map(np.array, chunk))], 3)
