"""A back-off model in NumPy."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .ngram_trie import NgramTrie


@dataclass(frozen=True)
class BackoffModel:
    """Probabilities of n-grams, and the weights of shorter contexts for words that follow none longer.

    log p(w|h) is that of the n-gram (h, w) where there is one, else the weight of h, 0 where h is no n-gram, plus that
    of w after h without its first word (Katz 1987). Interpolated models are folded into this form: the probability of
    an n-gram has its shorter ones in it.

    Attributes:
        trie: the n-grams.
        log_probabilities: of the orders from 1 on, (P_k,), natural logarithm.
        backoffs: of all orders but the highest, (P_k,), natural logarithm of the weights.
        remarks: what a user should know of how they were estimated.
    """

    trie: NgramTrie
    log_probabilities: Sequence[np.ndarray]
    backoffs: Sequence[np.ndarray]
    remarks: tuple[str, ...] = ()


def folded(trie, probabilities, weights, *, kept=None, remarks=()) -> BackoffModel:
    """The model of probabilities and weights as they are, not logarithms.

    Args:
        trie: the n-grams.
        probabilities: of the orders from 1 on, (P_k,).
        weights: of all orders but the highest, (P_k,), above 0; those of contexts that no n-gram has are set to 1.
        kept: of the orders from 2 on, the n-grams that stay, bool (P_k,); None for all.
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
