"""Chow-Liu trees of words. Needs no TensorFlow."""

from typing import Any

import numpy as np

# Of scipy.sparse, whose types pyright does not know well.
Presence = Any
"""A CSR matrix (D, k) of texts by words, with ones for words that occur."""


def word_class_information(presence: Presence, classes: np.ndarray, *, num_classes: int) -> np.ndarray:
    """Returns I(X; C) of the presence of each word and the class of a text, in nats, from relative frequencies.

    Args:
        presence: CSR (D, V), ones.
        classes: int (D,).
        num_classes: C.

    Returns:
        float64 (V,).

    Example:
        >>> from scipy.sparse import csr_matrix
        >>> texts = csr_matrix(np.array([[1, 1], [1, 0], [0, 1], [0, 0]]))
        >>> word_class_information(texts, np.array([0, 0, 1, 1]), num_classes=2).round(3).tolist()
        [0.693, 0.0]
    """
    texts = np.bincount(classes, minlength=num_classes).astype(np.float64)[:, np.newaxis]
    there = np.stack([np.asarray(presence[classes == c].sum(axis=0)).ravel() for c in range(num_classes)])  # (C, V)
    total = texts.sum()
    joint = np.stack([texts - there, there]) / total  # (2, C, V)
    return _information(joint, joint.sum(axis=1, keepdims=True) * (texts / total)).sum(axis=(0, 1))


def conditional_information(presence: Presence, classes: np.ndarray, *, num_classes: int) -> np.ndarray:
    """Returns I(X_i; X_j | C) of the presence of words, in nats, from frequencies (Friedman et al. 1997, eq. 4).

    Args:
        presence: CSR (D, k), ones.
        classes: int (D,).
        num_classes: C.

    Returns:
        float64 (k, k), symmetric.
    """
    total, size = presence.shape
    found = np.zeros((size, size))
    for c in range(num_classes):
        rows = presence[classes == c]
        texts = rows.shape[0]
        if not texts:
            continue
        both = np.asarray((rows.T @ rows).toarray(), np.float64)
        there = np.diag(both)
        absent = texts - there
        cells = {  # (x_i, x_j) -> texts
            (1, 1): both,
            (1, 0): there[:, np.newaxis] - both,
            (0, 1): there[np.newaxis] - both,
            (0, 0): absent[:, np.newaxis] - there[np.newaxis] + both,
        }
        of = (absent, there)
        for (i, j), joint in cells.items():
            found += _information(joint / total, of[i][:, np.newaxis] * of[j][np.newaxis] / (texts * total))
    return found


def chow_liu_tree(weights: np.ndarray) -> np.ndarray:
    """Returns the parents of the maximum spanning tree, rooted at the first node (Chow & Liu 1968).

    Args:
        weights: float (k, k), symmetric; the diagonal is ignored.

    Returns:
        int32 (k,): the parent of each node, -1 for the root.

    Example:
        >>> chow_liu_tree(np.array([[0, 3, 1], [3, 0, 2], [1, 2, 0]])).tolist()
        [-1, 0, 1]
    """
    from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

    # Above 0, since scipy ignores edges of 0; all spanning trees have equally many edges, so none gains by it.
    costs = weights.max() + 1.0 - weights
    np.fill_diagonal(costs, 0)
    tree = minimum_spanning_tree(costs)
    _, parents = breadth_first_order(tree, 0, directed=False)
    return np.where(parents < 0, -1, parents).astype(np.int32)


def edge_counts(presence: Presence, classes: np.ndarray, parents: np.ndarray, *, num_classes: int) -> np.ndarray:
    """Counts the texts that have a word and its parent, by class.

    Args:
        presence: CSR (D, k), ones.
        classes: int (D,).
        parents: the result of `chow_liu_tree`.
        num_classes: C.

    Returns:
        int64 (k, 2, 2, C): by whether the parent is there (never that of a root), whether the word is, and class.
    """
    size, places = len(parents), np.maximum(parents, 0)
    found = np.zeros((size, 2, 2, num_classes), np.int64)
    for c in range(num_classes):
        rows = presence[classes == c]
        there = np.asarray(rows.sum(axis=0), np.int64).ravel()
        both = np.asarray(rows.multiply(rows[:, places]).sum(axis=0), np.int64).ravel()
        both, above = np.where(parents < 0, 0, both), np.where(parents < 0, 0, there[places])
        found[:, 1, 1, c], found[:, 1, 0, c] = both, above - both
        found[:, 0, 1, c] = there - both
        found[:, 0, 0, c] = rows.shape[0] - above - there + both
    return found


def _information(joint: np.ndarray, independent: np.ndarray) -> np.ndarray:
    """p log(p / q), 0 where p is."""
    joint, independent = np.broadcast_arrays(joint, independent)
    found = np.zeros(joint.shape)
    some = joint > 0
    found[some] = joint[some] * np.log(joint[some] / independent[some])
    return found
