"""Texts as bags of words. Needs no TensorFlow."""

from typing import Any

import numpy as np


def word_matrix(tokens: np.ndarray, starts: np.ndarray, *, vocabulary_size: int) -> Any:
    """Counts how often each word occurs in each text.

    Args:
        tokens: ids of all texts, concatenated.
        starts: (D + 1,): text i is `tokens[starts[i]:starts[i + 1]]`.
        vocabulary_size: V.

    Returns:
        A CSR matrix of scipy, int64 (D, V).

    Example:
        >>> word_matrix(np.array([2, 0, 2]), np.array([0, 3, 3]), vocabulary_size=3).toarray().tolist()
        [[1, 0, 2], [0, 0, 0]]
    """
    from scipy.sparse import csr_matrix

    ones = np.ones(len(tokens), np.int64)
    found = csr_matrix((ones, np.asarray(tokens, np.int64), starts), shape=(len(starts) - 1, vocabulary_size))
    found.sum_duplicates()
    return found


def class_word_counts(words: Any, classes: np.ndarray, *, num_classes: int) -> np.ndarray:
    """Returns the sums of the rows of each class.

    Args:
        words: the result of `word_matrix` (D, V), or the presence of each word.
        classes: int (D,).
        num_classes: C.

    Returns:
        int64 (C, V).

    Example:
        >>> words = word_matrix(np.array([2, 0, 2]), np.array([0, 2, 3]), vocabulary_size=3)
        >>> class_word_counts(words, np.array([1, 1]), num_classes=2).tolist()
        [[0, 0, 0], [1, 0, 2]]
    """
    from scipy.sparse import csr_matrix

    texts = np.arange(len(classes))
    of_class = csr_matrix((np.ones(len(classes), np.int64), (classes, texts)), shape=(num_classes, len(classes)))
    return np.asarray((of_class @ words).toarray(), np.int64)
