"""Splitting words into the longest pieces of a vocabulary."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import tensorflow as tf

_POINT_BITS = 21
_NO_POINT = (1 << _POINT_BITS) - 1
_ID_BITS = 32
_ROOT, _INNER_ROOT = 0, 1


class _Pieces(NamedTuple):
    """Pieces in the order of the text.

    Attributes:
        token_ids: int32 (P,).
        starts: int64 (P,), the position of the piece's first character.
        limits: int64 (P,), the position after its last character.
    """

    token_ids: tf.Tensor
    starts: tf.Tensor
    limits: tf.Tensor


class PieceTrie(tf.Module):
    """Splits words into pieces from the left, always taking the longest in the vocabulary (WordPiece).

    The pieces are stored as a tree of characters. First the longest piece at every character is found, for all of them
    in parallel, in as many steps as the longest piece has characters; then each word is followed from piece to piece.

    Args:
        first: pieces at the start of a word, as sequences of code points, and their ids.
        others: pieces inside a word.
        unknown_id: the id of a word that cannot be split completely.
        max_characters: a longer word is unknown, and is not split.

    Example:
        >>> def points(*pieces):
        ...     return {tuple(map(ord, piece)): index for index, piece in enumerate(pieces)}
        >>> trie = PieceTrie(points("un", "a"), others=points("?", "?", "able"), unknown_id=9, max_characters=100)
        >>> characters = tf.strings.unicode_decode("unableb", "UTF-8")
        >>> starts = tf.constant([True, False, False, False, False, False, True])
        >>> trie.cut(characters, starts).token_ids.numpy().tolist()
        [0, 2, 9]
    """

    def __init__(
        self,
        first: Mapping[tuple[int, ...], int],
        *,
        others: Mapping[tuple[int, ...], int],
        unknown_id: int,
        max_characters: int,
    ):
        super().__init__()
        self._unknown_id = np.int64(unknown_id)
        self._max_characters = max_characters
        edges: dict[int, int] = {}
        ids = {}
        for root, pieces in ((_ROOT, first), (_INNER_ROOT, others)):
            for piece, token_id in pieces.items():
                node = root
                for point in piece:
                    node = edges.setdefault(node << _POINT_BITS | point, len(edges) + 2)
                ids[node] = token_id
        token_ids = np.full(len(edges) + 2, -1)
        token_ids[list(ids)] = list(ids.values())
        with tf.init_scope():
            self._edges = tf.lookup.StaticHashTable(
                tf.lookup.KeyValueTensorInitializer(
                    # No edge is -1: it is added because TensorFlow rejects an empty table.
                    tf.constant([-1, *edges], tf.int64),
                    tf.constant([-1, *edges.values()], tf.int64),
                ),
                default_value=-1,
            )
            self._token_ids = tf.constant(token_ids, tf.int64)

    def cut(self, characters: tf.Tensor, starts: tf.Tensor) -> _Pieces:
        """Splits words.

        Args:
            characters: int32 (M,), the code points of words, concatenated.
            starts: bool (M,), whether a word begins; the first is True.

        Returns:
            The pieces.
        """
        size = tf.size(characters, tf.int64)
        begins = tf.reshape(tf.where(starts), [-1])  # (W,)
        limits = tf.concat([begins[1:], size[tf.newaxis]], axis=0)[: tf.size(begins)]
        word_of = tf.cumsum(tf.cast(starts, tf.int32)) - 1  # (M,)
        # A word that is too long is excluded before any piece is looked for: the loops below take a step per piece of
        # the longest word.
        is_long = limits - begins > self._max_characters  # (W,)
        places = tf.reshape(tf.where(tf.logical_not(tf.gather(is_long, word_of))), [-1])
        lengths, token_ids = self._longest(characters, starts, places)  # (M,)
        # 1 at every character where a piece begins, and at the first that no piece begins with.
        reached = _walk(tf.boolean_mask(begins, tf.logical_not(is_long)), lengths, starts)  # (M,)
        stuck = tf.reshape(tf.where((reached > 0) & (lengths == 0)), [-1])
        is_bad = tf.scatter_nd(
            tf.gather(word_of, stuck)[:, tf.newaxis], tf.ones_like(stuck, tf.int32), tf.shape(begins)
        )
        is_bad = (is_bad > 0) | is_long  # (W,)
        bad = tf.gather(is_bad, word_of)  # (M,)
        pieces = tf.reshape(tf.where(tf.where(bad, starts, reached > 0)), [-1])  # (P,)
        bad = tf.gather(bad, pieces)
        return _Pieces(
            tf.cast(tf.where(bad, self._unknown_id, tf.gather(token_ids, pieces)), tf.int32),
            pieces,
            tf.where(bad, tf.gather(limits, tf.gather(word_of, pieces)), pieces + tf.gather(lengths, pieces)),
        )

    def _longest(self, characters: tf.Tensor, starts: tf.Tensor, places: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns length and id of the longest piece that begins at each of `places`; a length of 0 if none does."""
        nothing = tf.constant([_NO_POINT], tf.int32)
        inner = tf.concat([tf.where(starts, nothing, characters), nothing], axis=0)  # no piece spans a start
        # The first step may be at a start; it is taken outside the loop.
        roots = tf.where(tf.gather(starts, places), tf.constant(_ROOT, tf.int64), tf.constant(_INNER_ROOT, tf.int64))
        best = tf.zeros_like(characters, tf.int64)
        places, nodes, best = self._step(tf.constant(0, tf.int64), places, roots, tf.gather(characters, places), best)
        *_, best = tf.while_loop(
            lambda step, places, nodes, best: tf.size(places) > 0,
            lambda step, places, nodes, best: (
                step + 1,
                *self._step(step, places, nodes, tf.gather(inner, places + step), best),
            ),
            (tf.constant(1, tf.int64), places, nodes, best),
            shape_invariants=(tf.TensorShape([]), *[tf.TensorShape([None])] * 3),
        )
        return tf.bitwise.right_shift(best, _ID_BITS), tf.bitwise.bitwise_and(best, (1 << _ID_BITS) - 1)

    def _step(self, step, places, nodes, points, best):
        """Advances by one character, at those positions where a piece may continue."""
        points = tf.cast(points, tf.int64)
        nodes = self._edges.lookup(tf.bitwise.bitwise_or(tf.bitwise.left_shift(nodes, _POINT_BITS), points))
        moved = tf.reshape(tf.where(nodes >= 0), [-1])
        places, nodes = tf.gather(places, moved), tf.gather(nodes, moved)
        token_ids = tf.gather(self._token_ids, nodes)
        ends = tf.reshape(tf.where(token_ids >= 0), [-1])
        packed = tf.bitwise.bitwise_or(tf.bitwise.left_shift(step + 1, _ID_BITS), tf.gather(token_ids, ends))
        best = tf.tensor_scatter_nd_update(best, tf.gather(places, ends)[:, tf.newaxis], packed)
        return places, nodes, best


def _walk(places: tf.Tensor, lengths: tf.Tensor, starts: tf.Tensor) -> tf.Tensor:
    """Returns 1 at each position reached from `places` by following pieces to the end of the word."""
    stops = tf.concat([starts, [True]], axis=0)

    def step(places, reached):
        reached = tf.tensor_scatter_nd_update(reached, places[:, tf.newaxis], tf.ones_like(places, tf.int32))
        length = tf.gather(lengths, places)
        after = places + length
        goes_on = tf.reshape(tf.where((length > 0) & ~tf.gather(stops, after)), [-1])
        return tf.gather(after, goes_on), reached

    _, reached = tf.while_loop(
        lambda places, reached: tf.size(places) > 0,
        step,
        (places, tf.zeros_like(lengths, tf.int32)),
        shape_invariants=(tf.TensorShape([None]), tf.TensorShape([None])),
    )
    return reached
