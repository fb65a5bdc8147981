"""Probes: prediction of labels from the frozen vectors of every layer. Importing this loads no TensorFlow."""

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from .probed_layer import ProbedLayer

STRENGTHS = (0.01, 0.1, 1.0)
"""Values of C, the inverse of the regularization strength, from which the best on held-out texts is chosen."""

HELD_OUT = 5
"""One in so many of the training texts is used to choose C."""

ROUNDS = 500

JOINED = 4
"""The number of last layers whose vectors are also concatenated (Devlin et al. 2019, table 7)."""


def probe(
    vectors: Mapping[str, np.ndarray],
    labels: Sequence[str],
    *,
    valid_vectors: Mapping[str, np.ndarray],
    valid_labels: Sequence[str],
    progress: Callable[[int], None] | None = None,
) -> list[ProbedLayer]:
    """Evaluates logistic regressions from the vectors of each layer to labels (Alain & Bengio, arXiv:1610.01644).

    If there are several layers, the last result is that of the last four together, or of as many as there are.

    Every component of a vector is standardised over the training texts. C is one of 0.01, 0.1 and 1: the one with
    the best accuracy on every fifth of these texts after training on the others, the smallest among equals; the
    regression is then trained on all. It is scikit-learn's, multinomial, with lbfgs.

    Args:
        vectors: layer -> (N, D), for the training texts.
        labels: their labels, two or more different ones.
        valid_vectors, valid_labels: the validation texts.
        progress: called with the number of regressions done.

    Example:
        >>> vectors = {"top": np.float32([[1.0], [-1.0]] * 10)}
        >>> (found,) = probe(vectors, ["+", "-"] * 10, valid_vectors=vectors, valid_labels=["+", "-"] * 10)
        >>> found.accuracy
        1.0
    """
    expected, valid_expected = np.array(labels), np.array(valid_labels)
    found = []
    for done, layers in enumerate(probed_layers(vectors), start=1):
        rows, valid_rows = (np.concatenate([each[layer] for layer in layers], 1) for each in (vectors, valid_vectors))
        strength = _best_strength(rows, expected)
        predicted = _fitted(rows, expected, strength).predict(valid_rows)
        name = layers[0] if len(layers) == 1 else f"last {len(layers)} together"
        found.append(
            ProbedLayer(name, float(np.mean(predicted == valid_expected)), strength, rows.shape[1], len(layers))
        )
        if progress is not None:
            progress(done)
    return found


def probed_layers(names: Iterable[str]) -> list[list[str]]:
    """The layers whose vectors each regression reads.

    Example:
        >>> probed_layers(["embeddings", "block 1"])
        [['embeddings'], ['block 1'], ['embeddings', 'block 1']]
    """
    alone = list(names)
    return [*([name] for name in alone), *([alone[-JOINED:]] if len(alone) > 1 else [])]


def most_frequent_accuracy(labels: Sequence[str], valid_labels: Sequence[str]) -> float:
    """The accuracy of always predicting the most frequent label of the training texts.

    Example:
        >>> most_frequent_accuracy(["a", "a", "b"], ["a", "b"])
        0.5
    """
    names, counts = np.unique(np.array(labels), return_counts=True)
    return float(np.mean(np.array(valid_labels) == names[counts.argmax()]))


def _best_strength(rows: np.ndarray, labels: np.ndarray) -> float:
    held_out = np.arange(len(rows)) % HELD_OUT == HELD_OUT - 1
    if len(set(labels[~held_out])) < 2 or not held_out.any():  # too few to choose C
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
        warnings.simplefilter("ignore", ConvergenceWarning)  # the accuracy no longer changes then
        return model.fit(rows, labels)
