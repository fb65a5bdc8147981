import itertools

import numpy as np
import pytest
from langzoo.layers.probabilistic import (
    chow_liu_tree,
    conditional_information,
    edge_counts,
    word_class_information,
)
from scipy.sparse import csr_matrix
from sklearn.metrics import mutual_info_score

TEXTS = (np.random.default_rng(0).random((60, 5)) < [0.5, 0.3, 0.7, 0.5, 0.1]).astype(int)
TEXTS[:, 3] ^= TEXTS[:, 0] * (np.random.default_rng(1).random(60) < 0.8)
CLASSES = np.random.default_rng(2).integers(0, 3, 60)
PRESENCE = csr_matrix(TEXTS)


def test_information_of_words_and_classes_is_that_of_scikit_learn():
    found = word_class_information(PRESENCE, CLASSES, num_classes=3)
    np.testing.assert_allclose(found, [mutual_info_score(CLASSES, column) for column in TEXTS.T], atol=1e-12)


def test_conditional_information_is_the_mean_over_the_classes():
    """With a class that no text has."""
    found = conditional_information(PRESENCE, CLASSES, num_classes=4)
    for i, j in itertools.combinations(range(5), 2):
        of_class = [(c == CLASSES) for c in range(3)]
        expected = sum(each.mean() * mutual_info_score(TEXTS[each, i], TEXTS[each, j]) for each in of_class)
        assert found[i, j] == pytest.approx(expected, abs=1e-12) == pytest.approx(found[j, i], abs=1e-12)


def spanning_trees(size):
    """All of them, by Prüfer's sequences."""
    for sequence in itertools.product(range(size), repeat=size - 2):
        degrees = [1 + sequence.count(node) for node in range(size)]
        edges = []
        for node in sequence:
            leaf = degrees.index(1)
            edges.append((leaf, node))
            degrees[leaf] -= 1
            degrees[node] -= 1
        edges.append(tuple(node for node, degree in enumerate(degrees) if degree == 1))
        yield edges


@pytest.mark.parametrize("seed", range(3))
def test_the_tree_is_the_heaviest_of_all(seed):
    weights = np.random.default_rng(seed).random((5, 5)) * [0, 1, 1][seed]  # all alike: any tree
    weights += weights.T
    parents = chow_liu_tree(weights)
    assert parents[0] == -1 and sorted(parents)[1] >= 0
    best = max(sum(weights[edge] for edge in edges) for edges in spanning_trees(5))
    assert sum(weights[node, parent] for node, parent in enumerate(parents) if parent >= 0) == pytest.approx(best)


def test_one_word_is_a_tree():
    assert chow_liu_tree(np.zeros((1, 1))).tolist() == [-1]


def test_counts_of_edges():
    parents = np.array([-1, 0, 0, 0, 3])
    found = edge_counts(PRESENCE, CLASSES, parents, num_classes=3)
    for i, parent in enumerate(parents):
        above = TEXTS[:, parent] if parent >= 0 else np.zeros(60, int)
        for v, x, c in itertools.product([0, 1], [0, 1], range(3)):
            assert found[i, v, x, c] == ((above == v) & (TEXTS[:, i] == x) & (c == CLASSES)).sum()
