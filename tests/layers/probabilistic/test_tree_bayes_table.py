import itertools

import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.probabilistic import TreeBayesTable

from tests.checks.layer import check_layer

IDS, PARENTS, CLASSES = [7, 2, 4, 9], [-1, 0, 0, 2], 3
TEXTS = np.array([50, 30, 20])


def table():
    random = np.random.default_rng(0)
    made = TreeBayesTable(10, num_classes=CLASSES, num_words=4, pseudo_count=0.5)
    counts = random.integers(0, 30, (4, 2, 2, CLASSES))
    counts[0, 1] = 0  # a root has no parent
    made.set_tree(IDS, PARENTS, counts, TEXTS)
    return made, counts + 0.5


def joint():
    """p(c, x) of all 2^4 texts, by the definition."""
    _, counts = table()
    shares = counts / counts.sum(axis=2, keepdims=True)
    found = {}
    for x in itertools.product([0, 1], repeat=4):
        p = TEXTS / TEXTS.sum()
        for i, parent in enumerate(PARENTS):
            p = p * shares[i, x[parent] if parent >= 0 else 0, x[i]]
        found[x] = p
    return found


def test_probabilities_are_those_of_the_enumerated_joint():
    layer, expected = table()[0], joint()
    assert sum(p.sum() for p in expected.values()) == pytest.approx(1)
    rows, shares = [], []
    for x, p in expected.items():
        words = [word for word, there in zip(IDS, x, strict=True) if there]
        row = [*(word + 1 for word in words), 1, 4, *(word + 1 for word in words[:1])]
        rows.append([*row, *[0] * (8 - len(row))])
        shares.append(p / p.sum())
        parts = layer.evidence(words)
        np.testing.assert_allclose(np.log(layer.prior()) + sum(part.values for part in parts), np.log(p), atol=1e-9)
        assert [(part.word, part.count) for part in parts] == list(zip(IDS, x, strict=True))
        assert [(part.given, part.given_count) for part in parts][1:] == [(7, x[0]), (7, x[0]), (4, x[2])]
    np.testing.assert_allclose(tf.nn.softmax(layer(np.array(rows, np.int32))), shares, atol=1e-6)


@pytest.mark.ci
def test_contract():
    rows = np.array([[8, 3, 1, 0], [0, 0, 0, 0], [10, 10, 5, 2]], np.int32)
    check_layer(lambda: table()[0], rows, mixed_precision=False)


def test_texts_are_drawn_from_the_joint():
    from scipy.stats import chisquare

    layer, expected = table()[0], joint()
    random, drawn = np.random.default_rng(1), dict.fromkeys(expected, 0)
    for words in layer.sample(random, np.full(4000, 1), 0):
        drawn[tuple(int(word in words) for word in IDS)] += 1
    shares = np.array([p[1] for p in expected.values()]) / (TEXTS[1] / TEXTS.sum())
    assert chisquare(list(drawn.values()), 4000 * shares).pvalue > 0.001


def test_without_a_tree_no_word_is_read():
    layer = TreeBayesTable(10, num_classes=2, num_words=3)
    np.testing.assert_array_equal(tf.nn.softmax(layer(tf.constant([[1, 2]]))), [[0.5, 0.5]])


@pytest.mark.parametrize("parents", [[1, 0], [-1, 5], [0, 0]])
def test_parents_that_form_no_tree(parents):
    layer = TreeBayesTable(10, num_classes=2, num_words=2)
    with pytest.raises(ValueError, match="must form a tree"):
        layer.set_tree([1, 2], parents, np.zeros((2, 2, 2, 2)), [1, 1])
