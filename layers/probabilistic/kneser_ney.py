"""Interpolated modified Kneser-Ney."""

from collections.abc import Sequence

import numpy as np

from .backoff_model import BackoffModel, folded
from .ngram_counts import NgramCounts

FALLBACK = (0.5, 1.0, 1.5)
"""Discounts if the counts of a text give none; those of lmplz."""


def kneser_ney(counts: NgramCounts, *, prune: Sequence[int] = ()) -> BackoffModel:
    """Interpolated modified Kneser-Ney (Chen & Goodman 1999, section 3; Heafield et al. 2013), as lmplz estimates it.

    p(w|h) = (a(h, w) - D(a(h, w))) / a(h) + g(h) p(w|h'), with h' the context without its first word. Of the highest
    order, and of n-grams that begin a text, a is the count; of others, the number of different words before. D is D1,
    D2 or D3 for counts of 1, 2 or more, from how many n-grams have 1 to 4 (equation 26). The last h' is the uniform
    distribution over all words, so that a word that never occurs has its share of that. What is pruned counts in a(h)
    and goes to h'. One number differs: where lmplz counts n(1) to n(4), it takes of the last n-gram of each lower order
    how often it occurs, not a; on the Penn Treebank that changes D3 of single words in the third digit.

    Args:
        counts: the counts of the text.
        prune: see `NgramCounts.kept`.

    Raises:
        UserError: see `NgramCounts.kept`.
    """
    trie, kept, remarks = counts.trie, counts.kept(prune), []
    adjusted = adjusted_counts(counts)
    discounted = []
    for order, each in enumerate(adjusted, start=1):
        found = discounts(each)
        if found is None:
            remarks.append(f"order {order}: too few n-grams occur 1, 2 and 3 times, discounts are {FALLBACK}")
        discounted.append(np.array([0.0, *(found or FALLBACK)])[np.minimum(each, 3).astype(np.int64)])
    total = adjusted[0].sum()
    uniform = discounted[0].sum() / total / trie.vocabulary_size
    probabilities, weights = [(adjusted[0] - discounted[0]) / total + uniform], []
    for order in range(2, trie.order + 1):
        contexts, size = trie.contexts[order - 2], trie.sizes[order - 2]
        each, taken, mask = adjusted[order - 1], discounted[order - 1], kept[order - 2]
        totals = np.bincount(contexts, weights=each, minlength=size)
        mass = np.bincount(contexts, weights=np.where(mask, taken, each), minlength=size) / np.maximum(totals, 1)
        weights.append(mass)
        lower = probabilities[-1][trie.suffixes[order - 2]]
        probabilities.append((each - taken) / totals[contexts] + mass[contexts] * lower)
    return folded(trie, probabilities, weights, kept=kept, remarks=remarks)


def adjusted_counts(counts: NgramCounts) -> list[np.ndarray]:
    """Returns for the orders from 1 on, float64 (P_k,), the number of preceding words; for the highest, the count."""
    trie, found = counts.trie, []
    for order in range(1, trie.order):
        before = np.bincount(trie.suffixes[order - 1], minlength=trie.sizes[order - 1]).astype(np.float64)
        found.append(before if order == 1 else np.where(counts.begins(order), counts.counts[order - 1], before))
    return [*found, counts.counts[-1].astype(np.float64)]


def discounts(adjusted: np.ndarray) -> tuple[float, float, float] | None:
    """Returns D1, D2 and D3 of the counts of an order; None if they are not defined.

    Example:
        >>> discounts(np.array([1, 1, 1, 1, 2, 2, 3, 4]))  # Y = 4 / (4 + 2 * 2)
        (0.5, 1.25, 1.0)
    """
    how_many = [int((adjusted == times).sum()) for times in (1, 2, 3, 4)]
    if 0 in how_many[:3]:
        return None
    share = how_many[0] / (how_many[0] + 2 * how_many[1])
    one, two, more = (j - (j + 1) * share * how_many[j] / how_many[j - 1] for j in (1, 2, 3))
    return (one, two, more) if all(0 <= found <= j for j, found in ((1, one), (2, two), (3, more))) else None
