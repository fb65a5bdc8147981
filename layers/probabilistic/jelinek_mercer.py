"""Interpolation of all orders."""

from collections.abc import Iterable, Sequence

import numpy as np

from .backoff_model import BackoffModel, folded
from .ngram_counts import NgramCounts

ROUNDS = 100
CONVERGED = 1e-7
LOWEST = 1e-6
"""The minimum of a weight: no order is excluded, so that no word has a probability of 0."""


def jelinek_mercer(
    counts: NgramCounts, held_out: Iterable[np.ndarray], *, buckets: int = 1, prune: Sequence[int] = ()
) -> BackoffModel:
    """p(w|h) = l(h) count(h, w) / count(h) + (1 - l(h)) p(w|h'), with h' the context without its first word.

    Jelinek & Mercer 1980; the last h' is the uniform distribution. The weights l are those under which held-out text is
    the most likely, found by expectation-maximisation; contexts share one by their order and how often they occur, in
    `buckets` that double: once, twice or thrice, four to seven times...

    Args:
        counts: the counts of the text.
        held_out: other texts, integers (M, n) in pieces: each word and the n - 1 words before it, -1 where there are
            none.
        buckets: number of weights per order.
        prune: see `NgramCounts.kept`; pruned n-grams use their shorter contexts.
    """
    trie, kept = counts.trie, counts.kept(prune)
    totals = [counts.totals(order) for order in range(2, trie.order + 1)]
    pieces = [_held_out(counts, kept, totals, piece) for piece in held_out]
    chosen = _weights([np.concatenate(each) for each in zip(*pieces, strict=True)], counts, buckets)
    share = chosen[0][0]
    probabilities = [share * counts.counts[0] / counts.counts[0].sum() + (1 - share) / trie.vocabulary_size]
    weights = []
    for order in range(2, trie.order + 1):
        contexts, total, mask = trie.contexts[order - 2], totals[order - 2], kept[order - 2]
        share = chosen[order - 1][_bucket(total, buckets)]
        left = np.bincount(contexts, weights=np.where(mask, 0, counts.counts[order - 1]), minlength=len(total))
        weights.append(1 - share + share * left / np.maximum(total, 1))
        own = share[contexts] * counts.counts[order - 1] / total[contexts]
        probabilities.append(own + weights[-1][contexts] * probabilities[-1][trie.suffixes[order - 2]])
    return folded(trie, probabilities, weights, kept=kept)


def _bucket(totals: np.ndarray, buckets: int) -> np.ndarray:
    return np.minimum(np.log2(np.maximum(totals, 1)).astype(np.int64), buckets - 1)


def _held_out(counts, kept, totals, windows):
    """Returns relative frequencies of held-out words (M,), and after each context (M, 2) with its number."""
    trie, words = counts.trie, windows[:, -1]
    found = [counts.counts[0][words] / counts.counts[0].sum()]
    for order in range(2, trie.order + 1):
        place = windows[:, -order].astype(np.int64)
        for depth in range(2, order):
            place = trie.find(depth, place, windows[:, depth - order - 1])
        child = trie.find(order, place, words)
        total = np.where(place >= 0, totals[order - 2][place], 0)
        seen = (child >= 0) & kept[order - 2][child]
        number = np.where(seen, counts.counts[order - 1][child], 0)
        found.append(np.stack([np.where(total > 0, number / np.maximum(total, 1), 0), total], axis=1))
    return found


def _weights(known, counts, buckets):
    """Returns the weights of each order, (buckets,) each, by expectation-maximisation."""
    words, *pairs = known
    orders = [(words, np.zeros(len(words), np.int64), np.ones(len(words), bool))]
    orders += [(pair[:, 0], _bucket(pair[:, 1], buckets), pair[:, 1] > 0) for pair in pairs]
    chosen = [np.full(buckets, 0.5) for _ in orders]
    before = -np.inf
    for _ in range(ROUNDS):
        mixed = np.full(len(words), 1 / counts.trie.vocabulary_size)
        shares = []
        for (own, bucket, there), weight in zip(orders, chosen, strict=True):
            share = np.where(there, weight[bucket], 0)
            mixed = share * own + (1 - share) * mixed
            # The probability that a word from this order or a lower one came from this order.
            shares.append(np.divide(share * own, mixed, out=np.zeros_like(mixed), where=mixed > 0))
        reached = np.ones(len(words))
        for place in reversed(range(len(orders))):
            _, bucket, there = orders[place]
            here = np.bincount(bucket, weights=reached * shares[place], minlength=buckets)
            both = np.bincount(bucket, weights=np.where(there, reached, 0), minlength=buckets)
            new = np.where(both > 0, here / np.maximum(both, 1e-300), chosen[place])
            chosen[place] = np.clip(new, LOWEST, 1 - LOWEST)
            reached = reached * (1 - shares[place])
        likelihood = np.log(mixed).mean()
        if likelihood - before < CONVERGED:
            break
        before = likelihood
    return chosen
