"""Counts of n-grams of all orders."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..plain.errors import UserError
from .ngram_trie import NgramTrie


@dataclass(frozen=True)
class NgramCounts:
    """The n-grams of a text and their counts; each word is counted at every order that its history is long enough for.

    Attributes:
        trie: the n-grams.
        counts: for the orders from 1 on, integers (P_k,): how often the last word follows the others. The token before
            a text only occurs in contexts.
        start_id: that token. An n-gram of order 2 or higher that begins with it contains the whole history.
    """

    trie: NgramTrie
    counts: Sequence[np.ndarray]
    start_id: int

    def totals(self, order: int) -> np.ndarray:
        """Returns how often each context of an order from 2 on is followed by a word, float64 (P_(k-1),)."""
        size = self.trie.sizes[order - 2]
        return np.bincount(self.trie.contexts[order - 2], weights=self.counts[order - 1], minlength=size)

    def begins(self, order: int) -> np.ndarray:
        """Whether each n-gram of an order from 2 on begins with the start token, bool (P_k,)."""
        return self.trie.first_words[order - 2] == self.start_id

    def kept(self, prune: Sequence[int]) -> list[np.ndarray]:
        """Returns for the orders from 2 on, bool (P_k,), whether each n-gram is kept by pruning.

        Args:
            prune: for the orders from 1 on, counts up to which n-grams are pruned; the last applies to all higher
                orders; empty for no pruning. Words are never pruned, so the first is 0.

        Raises:
            UserError: they decrease, or there are more of them than orders.
        """
        limits = list(prune) or [0]
        if limits[0] or any(a > b for a, b in itertools.pairwise(limits)) or len(limits) > self.trie.order:
            raise UserError(
                f"prune must be 0 for words, must not fall with the order, and have at most {self.trie.order} numbers, "
                f"not {list(prune)}"
            )
        limits += [limits[-1]] * (self.trie.order - len(limits))
        return [counts > limit for counts, limit in zip(self.counts[1:], limits[1:], strict=True)]
