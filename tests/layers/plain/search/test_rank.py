"""Ranking by vectors, against a full sort."""

import numpy as np
import pytest
from langzoo.layers.plain.search import rank as module
from langzoo.layers.plain.search.rank import rank


@pytest.mark.parametrize("similarity", ["cosine", "dot"])
@pytest.mark.parametrize("most", [1, 7, 100])
def test_it_is_a_full_sort(similarity, most, monkeypatch):
    monkeypatch.setattr(module, "QUERIES", 4)
    monkeypatch.setattr(module, "DOCUMENTS", 9)
    random = np.random.default_rng(0)
    queries, documents = random.integers(-3, 4, (11, 3)), random.integers(-3, 4, (40, 3))  # many ties, and zeros
    places, scores = rank(queries, documents, most=most, similarity=similarity)
    products = (queries @ documents.T).astype(np.float64)
    if similarity == "cosine":
        lengths = np.outer(np.linalg.norm(queries, axis=1), np.linalg.norm(documents, axis=1))
        products = np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)
    expected = np.argsort(-products.round(5), axis=1, kind="stable")[:, :most]
    np.testing.assert_allclose(scores, np.take_along_axis(products, expected, 1), atol=1e-6)
    np.testing.assert_allclose(np.take_along_axis(products, places, 1), scores, atol=1e-6)
    if similarity == "dot":  # whole numbers, so that ties are ties
        np.testing.assert_array_equal(places, expected)
