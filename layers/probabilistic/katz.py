"""Katz's back-off."""

from collections.abc import Sequence

import numpy as np

from .backoff_model import BackoffModel, folded
from .ngram_counts import NgramCounts

MOST_DISCOUNTED = 5
"""Higher counts are not discounted (Katz 1987: k = 5)."""


def katz(counts: NgramCounts, *, prune: Sequence[int] = ()) -> BackoffModel:
    """Katz's back-off with Good-Turing discounts (Katz 1987; Chen & Goodman 1999, section 2.4).

    Counts r up to 5 are worth d r, with d = (r*/r - A) / (1 - A), r* = (r + 1) n(r + 1) / n(r), A = 6 n(6) / n(1),
    where n(r) n-grams of the order occur r times. What is left goes to the words that do not follow the context, in
    proportion to their probability after the context without its first word; of single words to those that never occur,
    evenly. Where an order's numbers give no discount in (0, 1], it has none; a context that then leaves nothing gets a
    count of one for its other words, as in SRILM.

    Args:
        counts: the counts of the text.
        prune: see `NgramCounts.kept`; for pruned n-grams the model backs off.
    """
    trie, kept, remarks = counts.trie, counts.kept(prune), []
    shares = []
    for order, each in enumerate(counts.counts, start=1):
        found = good_turing(each)
        if found is None:
            if not (order == 1 and each.all()):  # words that all occur leave nothing to others
                remarks.append(f"order {order}: its counts of counts give no discounts, it has none")
            found = np.ones(MOST_DISCOUNTED)
        shares.append(np.array([0.0, *found, 1.0])[np.minimum(each, MOST_DISCOUNTED + 1)])
    probabilities, weights = [_words(counts.counts[0], shares[0])], []
    for order in range(2, trie.order + 1):
        contexts, number, mask = trie.contexts[order - 2], counts.counts[order - 1], kept[order - 2]
        size = trie.sizes[order - 2]
        totals = np.bincount(contexts, weights=number, minlength=size)
        taken = np.bincount(contexts, weights=np.where(mask, shares[order - 1] * number, 0), minlength=size)
        lower = probabilities[-1][trie.suffixes[order - 2]]
        known = np.bincount(contexts, weights=np.where(mask, lower, 0), minlength=size)
        followed = np.bincount(contexts, weights=mask, minlength=size)
        # There are other words but no mass left; if there are no other words, all mass belongs to those that occur.
        left = followed < trie.vocabulary_size
        totals = np.where(left & (totals - taken < 1e-9), totals + 1, totals)
        totals = np.where(left, totals, taken)
        totals = np.maximum(totals, 1e-300)
        rest = np.where(left, 1 - taken / totals, 1.0)
        weights.append(np.where(left, rest / np.maximum(1 - known, 1e-12), 1.0))
        probabilities.append(np.where(mask, shares[order - 1] * number / totals[contexts], lower))
    return folded(trie, probabilities, weights, kept=kept, remarks=remarks)


def good_turing(counts: np.ndarray) -> np.ndarray | None:
    """Returns the discounts of counts of 1 to 5, as shares; None if the counts of counts give none in (0, 1]."""
    times = np.arange(1, MOST_DISCOUNTED + 1)
    how_many = np.bincount(np.minimum(counts, MOST_DISCOUNTED + 2), minlength=MOST_DISCOUNTED + 3)[1:-1].astype(float)
    if not how_many[:MOST_DISCOUNTED].all():
        return None
    beyond = (MOST_DISCOUNTED + 1) * how_many[MOST_DISCOUNTED] / how_many[0]
    if beyond >= 1:
        return None
    shares = ((times + 1) * how_many[1:] / how_many[:-1] / times - beyond) / (1 - beyond)
    return shares if ((shares > 0) & (shares <= 1)).all() else None


def _words(counts: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Returns p(w), discounted if there are words that never occur, among which the rest is distributed."""
    never = counts == 0
    if not never.any():
        return counts / counts.sum()
    worth = shares * counts
    rest = counts.sum() - worth.sum()
    rest = rest if rest > 1e-9 else 1.0
    return np.where(never, rest / never.sum(), worth) / (worth.sum() + rest)
