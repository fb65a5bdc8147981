"""A back-off model in NumPy."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .ngram_trie import NgramTrie


@dataclass(frozen=True)
class BackoffModel:
    """A back-off model: probabilities of n-grams, and back-off weights of their contexts.

    log p(w|h) is that of the n-gram (h, w) if it exists, otherwise the back-off weight of h, 0 if h is not an n-gram,
    plus log p of w after h without its first word (Katz 1987). Interpolated models are converted to this form: the
    probability of an n-gram includes those of its shorter ones.

    Attributes:
        trie: the n-grams.
        log_probabilities: for the orders from 1 on, (P_k,), natural logarithm.
        backoffs: for all orders except the highest, (P_k,), natural logarithm of the weights.
        remarks: remarks for the user on the estimation.
    """

    trie: NgramTrie
    log_probabilities: Sequence[np.ndarray]
    backoffs: Sequence[np.ndarray]
    remarks: tuple[str, ...] = ()


def folded(trie, probabilities, weights, *, kept=None, remarks=()) -> BackoffModel:
    """Makes a model from probabilities and weights that are not logarithms.

    Args:
        trie: the n-grams.
        probabilities: for the orders from 1 on, (P_k,).
        weights: for all orders except the highest, (P_k,), above 0; those of contexts that no n-gram has are set to 1.
        kept: for the orders from 2 on, the n-grams to keep, bool (P_k,); None for all.
        remarks: see `BackoffModel`.
    """
    logs, backoffs = [np.log(each) for each in probabilities], []
    masks = [np.ones(trie.vocabulary_size, bool), *(kept or [np.ones(size, bool) for size in trie.sizes[1:]])]
    for order, each in enumerate(weights, start=2):
        followed = np.zeros(len(each), bool)
        followed[trie.contexts[order - 2][masks[order - 1]]] = True
        backoffs.append(np.where(followed, np.log(np.where(followed, each, 1)), 0.0)[masks[order - 2]])
    logs = [each[mask] for each, mask in zip(logs, masks, strict=True)]
    trie = trie if kept is None else trie.kept(kept)
    return BackoffModel(trie, logs, backoffs, remarks=tuple(remarks))
