"""N-grams of all orders as a trie in sorted arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class NgramTrie:
    """The set of n-grams, those of order k sorted by context and word.

    The n-grams of order 1 are all words, at their ids. One of order k consists of its context, the index of its first
    k - 1 words among those of order k - 1, and its last word.

    Attributes:
        vocabulary_size: V; V times the n-grams of any order must stay below 2^63.
        contexts: for the orders from 2 on, integers (P_k,): indices of the contexts, rising.
        words: for these orders, int32 (P_k,), rising among those of one context.

    Example:
        >>> trie = NgramTrie(3, contexts=[np.array([0, 1, 1])], words=[np.array([1, 0, 2])])  # 0 1, 1 0, 1 2
        >>> trie.find(2, np.array([1, 0]), np.array([2, 2])).tolist()  # 1 2; there is no 0 2
        [2, -1]
    """

    vocabulary_size: int
    contexts: Sequence[np.ndarray]
    words: Sequence[np.ndarray]

    @property
    def order(self) -> int:
        """The order of the longest n-grams, n."""
        return 1 + len(self.words)

    @property
    def sizes(self) -> list[int]:
        """The number of n-grams of each order, from 1 on."""
        return [self.vocabulary_size, *map(len, self.words)]

    @cached_property
    def keys(self) -> list[np.ndarray]:
        """For the orders from 2 on, int64 (P_k,), rising: context and word in one number."""
        pairs = zip(self.contexts, self.words, strict=True)
        return [contexts.astype(np.int64) * self.vocabulary_size + words for contexts, words in pairs]

    def row_starts(self, order: int) -> np.ndarray:
        """Returns where each context's n-grams begin, int64 (P_(k-1) + 1,): `starts[c]:starts[c + 1]` for c."""
        rows = np.bincount(self.contexts[order - 2], minlength=self.sizes[order - 2])
        return np.concatenate([[0], np.cumsum(rows)])

    def find(self, order: int, contexts: np.ndarray, words: np.ndarray) -> np.ndarray:
        """Returns the indices of n-grams of an order from 2 on; -1 if there is none, or if the context is -1."""
        keys = self.keys[order - 2]
        wanted = contexts.astype(np.int64) * self.vocabulary_size + words
        places = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
        found = (contexts >= 0) & (keys[places] == wanted) if len(keys) else np.zeros(len(wanted), bool)
        return np.where(found, places, -1)

    @cached_property
    def suffixes(self) -> list[np.ndarray]:
        """Returns for the orders from 2 on, int64 (P_k,), the index of each n-gram without its first word, or -1."""
        found = [self.words[0].astype(np.int64)] if self.words else []
        for order in range(3, self.order + 1):
            contexts, words = self.contexts[order - 2], self.words[order - 2]
            found.append(self.find(order - 1, found[-1][contexts], words))
        return found

    @cached_property
    def first_words(self) -> list[np.ndarray]:
        """Returns for the orders from 2 on, (P_k,), the first word of each n-gram."""
        found: list[np.ndarray] = []
        for contexts in self.contexts:
            found.append(found[-1][contexts] if found else contexts)
        return found

    def kept(self, masks: Sequence[np.ndarray]) -> "NgramTrie":
        """Returns the trie of some of the n-grams, whose contexts must be kept, too.

        Args:
            masks: for the orders from 2 on, bool (P_k,).
        """
        contexts, places = [], np.arange(self.vocabulary_size)
        for mask, each in zip(masks, self.contexts, strict=True):
            contexts.append(places[each[mask]].astype(np.int32))
            places = np.cumsum(mask) - 1
        words = [each[mask] for mask, each in zip(masks, self.words, strict=True)]
        return NgramTrie(self.vocabulary_size, contexts, words)
