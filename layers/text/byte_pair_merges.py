"""Byte-pair encoding of words."""

import itertools
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from .row_ids import row_ids

_ID_BITS = 32
_NEVER = 2**31 - 1


class BytePairMerges(tf.Module):
    """Merges the bytes of words into tokens, the pair of the highest priority first (BPE).

    All words are merged in parallel: in each round every word merges its best pair at all positions. A very long word
    merges more than one pair in a round: a pair is safe from all others if no better one is within the length of the
    longest token, since only a chain of merges could reach it, and that would make a longer one. Sennrich et al. 2016,
    "Neural machine translation of rare words with subword units", https://arxiv.org/abs/1508.07909.

    If the result of a merge is part of a pair that is listed before it, which never happens in learned merges, the
    order is exactly that of the `tokenizers` library, and such a merge is applied at one position at a time.

    Args:
        byte_ids: the ids of the 256 bytes; -1 for a byte that is left out.
        merges: left id, right id and the id of both together, the highest priority first.
        surfaces: the bytes of each token, by id.

    Example:
        >>> surfaces = [bytes([byte]) for byte in range(256)] + [b"aa", b"aaa"]
        >>> merges = BytePairMerges(range(256), merges=[(97, 97, 256), (256, 97, 257)], surfaces=surfaces)
        >>> merges.cut(tf.constant(["aaab", "aaaa"])).to_list()
        [[257, 98], [256, 256]]
    """

    def __init__(self, byte_ids: Sequence[int], *, merges: Sequence[tuple[int, int, int]], surfaces: Sequence[bytes]):
        super().__init__()
        made = {surfaces[merged] for *_, merged in merges}
        self._reach = max(map(len, made), default=1)
        beside = np.zeros(1 << 16, bool)
        for surface in made:
            beside[[first << 8 | second for first, second in itertools.pairwise(surface)]] = True
        loud = _loud(merges)
        self._in_order = not any(loud)
        self._leaves_out = min(byte_ids) < 0
        with tf.init_scope():
            self._byte_ids = tf.constant(list(byte_ids), tf.int64)
            self._apart = tf.constant(~beside)  # (65536,), whether no token has two bytes next to each other
            # No pair is -1: it is added because TensorFlow rejects an empty table.
            self._ranks = tf.lookup.StaticHashTable(
                tf.lookup.KeyValueTensorInitializer(
                    tf.constant([-1, *(left << _ID_BITS | right for left, right, _ in merges)], tf.int64),
                    tf.constant([_NEVER, *range(len(merges))], tf.int64),
                ),
                default_value=_NEVER,
            )
            self._merged = tf.constant([merged for *_, merged in merges] or [0], tf.int64)
            self._loud = tf.constant(loud or [False])

    def cut(self, words: tf.Tensor) -> tf.RaggedTensor:
        """Splits words into tokens.

        Args:
            words: strings (W,), each split separately.

        Returns:
            Ids, int64, ragged (W, None).
        """
        lengths = tf.cast(tf.strings.length(words), tf.int64)
        data = tf.cast(tf.io.decode_raw(tf.strings.reduce_join(words), tf.uint8), tf.int32)  # (N,)
        symbols = tf.gather(self._byte_ids, data)
        word_of = tf.cast(row_ids(tf.pad(tf.cumsum(lengths), [[1, 0]])), tf.int32)
        if self._leaves_out:
            kept = tf.reshape(tf.where(symbols >= 0), [-1])
            data, symbols, word_of = (tf.gather(array, kept) for array in (data, symbols, word_of))
            lengths = tf.math.unsorted_segment_sum(tf.ones_like(symbols), word_of, tf.size(words))
        places = tf.range(tf.size(data, tf.int64))
        # A word is split in advance at boundaries that no token spans: short words need few rounds.
        apart = (word_of[1:] != word_of[:-1]) | tf.gather(self._apart, data[:-1] * 256 + data[1:])
        word_of = tf.cumsum(tf.concat([tf.zeros_like(data[:1]), tf.cast(apart, tf.int32)], axis=0))
        *_, done = tf.while_loop(
            lambda symbols, places, word_of, done: tf.size(symbols) > 0,
            self._round,
            (symbols, places, word_of, tf.fill(tf.shape(places), tf.constant(-1, tf.int64))),
            shape_invariants=(tf.TensorShape([None]),) * 4,
        )
        kept = tf.reshape(tf.where(done >= 0), [-1])
        splits = tf.searchsorted(kept, tf.pad(tf.cumsum(lengths), [[1, 0]]))
        # (pyright's stubs of TensorFlow lack the factories of RaggedTensor.)
        make = tf.RaggedTensor.from_row_splits  # pyright: ignore[reportAttributeAccessIssue]
        return make(tf.gather(done, kept), tf.cast(splits, tf.int64), validate=False)

    def _round(self, symbols, places, word_of, done):
        """Runs one round on symbols (n,) of the words that are not done, the byte each begins at, and its word."""
        pairs = tf.bitwise.bitwise_or(tf.bitwise.left_shift(symbols[:-1], _ID_BITS), symbols[1:])
        ranks = tf.where(word_of[1:] == word_of[:-1], self._ranks.lookup(pairs), tf.constant(_NEVER, tf.int64))
        ranks = tf.concat([ranks, tf.constant([_NEVER], tf.int64)], axis=0)  # (n,), of the pair that begins here
        best = tf.gather(tf.math.segment_min(ranks, word_of), word_of)
        open_words = best < _NEVER
        merges = open_words & (ranks == best)
        loud = tf.constant(False)
        if not self._in_order:
            # The result of a loud merge may be merged before the same pair elsewhere: only the leftmost is merged.
            loud = (ranks < _NEVER) & tf.gather(self._loud, tf.where(ranks < _NEVER, ranks, 0))
            index = tf.range(tf.size(ranks))
            leftmost = tf.math.segment_min(tf.where(merges, index, tf.size(ranks)), word_of)
            merges &= ~loud | (index == tf.gather(leftmost, word_of))
        longest = tf.reduce_max(tf.math.segment_sum(tf.ones_like(word_of), word_of))
        merges = tf.cond(longest > 4 * self._reach, lambda: self._more(merges, ranks, loud), lambda: merges)
        merges = _every_other(merges)
        merged = tf.gather(self._merged, tf.where(merges, ranks, 0))
        symbols = tf.where(merges, merged, symbols)

        closed = tf.reshape(tf.where(best == _NEVER), [-1])
        done = tf.tensor_scatter_nd_update(done, tf.gather(places, closed)[:, tf.newaxis], tf.gather(symbols, closed))
        swallowed = tf.concat([tf.zeros_like(merges[:1]), merges[:-1]], axis=0)
        left = tf.reshape(tf.where(open_words & tf.logical_not(swallowed)), [-1])
        return tf.gather(symbols, left), tf.gather(places, left), tf.gather(word_of, left), done

    def _more(self, merges, ranks, loud):
        """Returns the pairs that are best within reach of any other; of a loud pair only the leftmost there."""
        safe = (ranks < _NEVER) & (ranks == _window_min(ranks, self._reach, self._reach))
        if not self._in_order:
            safe &= ~loud | (ranks < _window_min(ranks, self._reach, -1))
        # A run of one symbol is merged from its start, so that it is safe as a whole or not at all.
        run = tf.cumsum(tf.cast(tf.concat([[False], ranks[1:] != ranks[:-1]], axis=0), tf.int32))
        whole = tf.math.segment_min(tf.cast(safe, tf.int32), run) > 0
        return merges | (safe & (loud | tf.gather(whole, run)))


def _loud(merges: Sequence[tuple[int, int, int]]) -> list[bool]:
    """Returns whether the result of each merge is part of a pair that is merged before it; never in learned merges."""
    first: dict[int, int] = {}
    for rank, (left, right, _) in enumerate(merges):
        first.setdefault(left, rank)
        first.setdefault(right, rank)
    return [first.get(merged, rank) < rank for rank, (*_, merged) in enumerate(merges)]


def _every_other(merges: tf.Tensor) -> tf.Tensor:
    """Returns the first, the third and so on of overlapping merges ("aaaa")."""
    index = tf.range(tf.size(merges))
    gaps = tf.reshape(tf.where(tf.logical_not(merges)), [-1])
    # The place before the run that each is in.
    before = tf.gather(
        tf.concat([[-1], tf.cast(gaps, tf.int32)], axis=0), tf.cumsum(tf.cast(tf.logical_not(merges), tf.int32))
    )
    return merges & ((index - before) % 2 == 1)


def _window_min(values: tf.Tensor, before: int, after: int) -> tf.Tensor:
    """Returns the minimum from `before` positions before to `after` after each; -1 leaves out the position itself."""
    width, done = before + 1 + after, 1
    values = tf.pad(values, [[before, max(after, 0)]], constant_values=np.int64(_NEVER))
    values = values[: tf.size(values) + min(after, 0)]
    while 2 * done <= width:
        values = tf.minimum(values[:-done], values[done:])
        done *= 2
    rest = width - done
    return tf.minimum(values[:-rest], values[rest:]) if rest else values
