"""Additive smoothing."""

from collections.abc import Sequence

import numpy as np

from .backoff_model import BackoffModel, folded
from .ngram_counts import NgramCounts


def additive(counts: NgramCounts, *, pseudo_count: float, prune: Sequence[int] = ()) -> BackoffModel:
    """p(w|h) = (count(h, w) + a) / (count(h) + a V), with h the n - 1 words before, or all of a text if it has fewer.

    Lidstone's rule (1920; Manning & Schütze 1999, section 6.2.2), Laplace's for a = 1. After a context that never
    occurred all words are equally likely.

    Args:
        counts: the counts of the text.
        pseudo_count: a, above 0.
        prune: see `NgramCounts.kept`; pruned n-grams count as 0, also in the sum of their context.
    """
    trie, kept = counts.trie, counts.kept(prune)
    size, uniform = trie.vocabulary_size, 1 / trie.vocabulary_size
    if trie.order == 1:
        numbers = counts.counts[0] + pseudo_count
        return folded(trie, [numbers / numbers.sum()], [])
    probabilities, weights = [np.full(size, uniform)], []
    for order in range(2, trie.order + 1):
        contexts, mask = trie.contexts[order - 2], kept[order - 2]
        # Shorter n-grams with words before them only serve as contexts: they are as likely as any other word.
        whole = np.full(len(contexts), True) if order == trie.order else counts.begins(order)
        used = np.where(whole & mask, counts.counts[order - 1], 0)
        mass = np.bincount(contexts, weights=used, minlength=trie.sizes[order - 2]) + pseudo_count * size
        follows = np.bincount(contexts, weights=whole, minlength=len(mass)) > 0
        weights.append(np.where(follows, pseudo_count * size / mass, 1.0))
        own = (used + pseudo_count) / mass[contexts]
        probabilities.append(np.where(whole, own, uniform))
    return folded(trie, probabilities, weights, kept=kept)
