"""Summaries of clusters of sentences. Needs no TensorFlow."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..layers.plain.search.terms import are_unspaced, search_terms, words

FEWEST = 2
"""The number of texts of a cluster that a word must occur in to describe it."""


def cluster_summaries(
    responsibilities: np.ndarray,
    texts: Sequence[str],
    *,
    weights: Sequence[float] | np.ndarray,
    closeness: np.ndarray | None = None,
    names: Sequence[str] | None = None,
    examples: int = 3,
    num_words: int = 8,
) -> list[dict[str, Any]]:
    """Summarizes each cluster by its size, words and sentences, the largest cluster first.

    The words are those that contribute most to the difference between the cluster's words and all words, n(w, k)
    log(p(w|k) / p(w)), where a sentence counts for each cluster by its responsibility. In scripts without spaces, every
    pair of adjacent characters is a word.

    Args:
        responsibilities: p(k | sentence), (N, K).
        texts: the sentences.
        weights: p(k), (K,).
        closeness: (N, K), higher for sentences closer to the centre of a cluster; None for the responsibilities.
        names: names of the clusters; None for their numbers, counted from 1.
        examples: the number of closest sentences to return for each cluster, each text once.
        num_words: the maximum number of words per cluster.

    Returns:
        A dict per cluster: `cluster` (its name), `weight`, `count` and `share` of the sentences that mainly belong to
        it, `words`, and `examples`, each with `text` and `probability`, that of the cluster given the sentence.

    Example:
        >>> beliefs = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
        >>> found = cluster_summaries(beliefs, ["a cat", "dogs", "my cat"], weights=[0.7, 0.3])
        >>> [(each["cluster"], each["count"], each["words"]) for each in found]
        [('1', 2, ['cat']), ('2', 1, [])]
    """
    beliefs = np.asarray(responsibilities)
    near, own = beliefs if closeness is None else closeness, beliefs.argmax(axis=1)
    names = names or [str(place + 1) for place in range(beliefs.shape[1])]
    words = _words(beliefs, texts, num_words) if num_words else [[] for _ in names]
    found = []
    for place, name in enumerate(names):
        members = np.flatnonzero(own == place)
        different: dict[str, int] = {}
        for i in map(int, members[np.argsort(-near[members, place], kind="stable")]):
            different.setdefault(texts[i], i)
        nearest = list(different.values())[:examples]
        found.append(
            {
                "cluster": name,
                "weight": float(weights[place]),
                "count": len(members),
                "share": len(members) / max(len(texts), 1),
                "words": words[place],
                "examples": [{"text": texts[i], "probability": float(beliefs[i, place])} for i in nearest],
            }
        )
    return sorted(found, key=lambda each: -each["count"])


def _words(beliefs: np.ndarray, texts: Sequence[str], most: int) -> list[list[str]]:
    """The words of each cluster."""
    from scipy.sparse import csr_matrix

    terms = _pairs if are_unspaced(texts) else words
    places: dict[str, int] = {}
    rows: list[int] = []
    columns: list[int] = []
    for row, text in enumerate(texts):
        for term in dict.fromkeys(terms(text)):
            columns.append(places.setdefault(term, len(places)))
            rows.append(row)
    names = list(places)
    there = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(texts), len(names)))
    counts = np.asarray(there.T @ beliefs).T  # (K, V), the number of texts of each cluster that contain a word
    totals = counts.sum(axis=0)
    own, everywhere = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-12), totals / max(totals.sum(), 1e-12)
    with np.errstate(divide="ignore", invalid="ignore"):
        gains = np.where(counts > 0, counts * np.log(own / everywhere), 0.0)
    gains[counts < FEWEST - 0.5] = 0
    best = np.argsort(-gains, axis=1, kind="stable")[:, :most]
    return [[names[word] for word in row if gains[place, word] > 0] for place, row in enumerate(best)]


def _pairs(text: str) -> list[str]:
    """The words of a text; in scripts without spaces, every pair of characters."""
    return [term for term in search_terms(text) if len(term) > 1]
