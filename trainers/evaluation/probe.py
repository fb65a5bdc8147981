"""Probes: how well labels can be read from the frozen vectors of every layer. Importing this loads no TensorFlow."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .probed_layer import ProbedLayer

STRENGTHS = (0.01, 0.1, 1.0)
"""Of which C, the inverse of how strongly weights are held near 0, that is taken which held-out texts prefer."""

HELD_OUT = 5
"""Of so many texts that are learnt from one chooses C."""

ROUNDS = 500


def probe(
    vectors: Mapping[str, np.ndarray],
    labels: Sequence[str],
    *,
    valid_vectors: Mapping[str, np.ndarray],
    valid_labels: Sequence[str],
    progress: Callable[[int], None] | None = None,
) -> list[ProbedLayer]:
    """How well a logistic regression tells labels from the vectors of each layer (Alain & Bengio, arXiv:1610.01644).

    Every number of a vector is standardised over the texts that are learnt from. C is one of 0.01, 0.1 and 1: that of
    the best accuracy on every fifth of these texts after learning from the others, the smallest of equals; the
    regression then learns from all. It is scikit-learn's, multinomial, with lbfgs.

    Args:
        vectors: layer -> (N, D), of texts that are learnt from.
        labels: of each, two or more.
        valid_vectors, valid_labels: what is predicted.
        progress: called with the number of layers done.

    Example:
        >>> vectors = {"top": np.float32([[1.0], [-1.0]] * 10)}
        >>> (found,) = probe(vectors, ["+", "-"] * 10, valid_vectors=vectors, valid_labels=["+", "-"] * 10)
        >>> found.accuracy
        1.0
    """
    right, wanted = np.array(labels), np.array(valid_labels)
    found = []
    for done, (layer, rows) in enumerate(vectors.items(), start=1):
        strength = _best_strength(rows, right)
        told = _fitted(rows, right, strength).predict(valid_vectors[layer])
        found.append(ProbedLayer(layer, float(np.mean(told == wanted)), strength, rows.shape[1]))
        if progress is not None:
            progress(done)
    return found


def most_frequent_accuracy(labels: Sequence[str], valid_labels: Sequence[str]) -> float:
    """The accuracy of who always tells the label that is most frequent among those that are learnt from.

    Example:
        >>> most_frequent_accuracy(["a", "a", "b"], ["a", "b"])
        0.5
    """
    names, counts = np.unique(np.array(labels), return_counts=True)
    return float(np.mean(np.array(valid_labels) == names[counts.argmax()]))


def _best_strength(rows: np.ndarray, labels: np.ndarray) -> float:
    held_out = np.arange(len(rows)) % HELD_OUT == HELD_OUT - 1
    if len(set(labels[~held_out])) < 2 or not held_out.any():  # too few to choose by
        return STRENGTHS[-1]
    accuracies = [
        np.mean(_fitted(rows[~held_out], labels[~held_out], strength).predict(rows[held_out]) == labels[held_out])
        for strength in STRENGTHS
    ]
    return STRENGTHS[int(np.argmax(accuracies))]


def _fitted(rows: np.ndarray, labels: np.ndarray, strength: float) -> Any:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=ROUNDS))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # so near the end the accuracy does not change
        return model.fit(rows, labels)
