"""Splitting text at added tokens."""

import re
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from ..plain.text.added_token import AddedToken, tokens_pattern, white_space
from .row_ids import row_ids
from .segments import Segments

_MARK, _NO_MARK = b"\xff", b"\xfe"  # neither is a byte of UTF-8


class AddedTokenSplitter(tf.Module):
    """Finds added tokens in text, as the `tokenizers` library of Hugging Face does: the leftmost first, the longest of
    those that begin at one place.

    Args:
        tokens: the tokens to look for.
        token_ids: the id of each.

    Example:
        >>> splitter = AddedTokenSplitter([AddedToken("<s>"), AddedToken("<m>", lstrip=True)], token_ids=[7, 8])
        >>> segments = splitter.split(tf.constant(["a<s>b <m>"]))
        >>> segments.text.to_list(), segments.token_ids.numpy().tolist()
        ([[b'a', b'<s>', b'b', b' <m>', b'']], [-1, 7, -1, 8, -1])
    """

    def __init__(self, tokens: Sequence[AddedToken], *, token_ids: Sequence[int]):
        super().__init__()
        self._pattern = tokens_pattern(token.content for token in tokens)
        self._strips = any(token.lstrip or token.rstrip for token in tokens)
        space = f"[{re.escape(white_space())}]+"
        self._left_space, self._right_space = f"^{space}", f"{space}$"
        with tf.init_scope():
            self._token_ids = tf.constant([*token_ids, -1], tf.int32)  # (S + 1,)
            self._lstrip = tf.constant([*(token.lstrip for token in tokens), False])
            self._rstrip = tf.constant([*(token.rstrip for token in tokens), False])
            self._places = tf.lookup.StaticHashTable(
                tf.lookup.KeyValueTensorInitializer(
                    # An empty text is not a token: it is added because TensorFlow rejects an empty table.
                    tf.constant(["", *(token.content for token in tokens)], tf.string),
                    tf.constant(np.array([len(tokens), *range(len(tokens))]), tf.int64),
                ),
                default_value=len(tokens),
            )

    @property
    def finds(self) -> bool:
        """Whether there are tokens to look for."""
        return bool(self._pattern)

    def split(self, text: tf.Tensor) -> Segments:
        """Splits strings (B,) into segments."""
        make = tf.RaggedTensor.from_tensor  # pyright: ignore[reportAttributeAccessIssue]
        if not self.finds:
            return Segments(make(text[:, tf.newaxis]), -tf.ones_like(text, tf.int32))
        # If the text has the mark, another invalid byte replaces it. (reduce_join omits separators of empty strings.)
        parts = tf.strings.split(text, _MARK)  # (B, None)
        text = tf.strings.reduce_join(parts.with_flat_values(_NO_MARK + parts.flat_values), axis=-1)
        lengths = tf.strings.length(text)
        text = tf.strings.substr(text, tf.minimum(lengths, 1), lengths)
        segments = tf.strings.split(tf.strings.regex_replace(text, self._pattern, b"\xff\\0\xff"), _MARK)
        # Every other one is a token, and plain text is first and last.
        rows = row_ids(segments.row_splits)
        order = tf.range(tf.size(rows, tf.int64)) - tf.gather(segments.row_splits, rows)
        flat = segments.flat_values
        places = self._places.lookup(tf.where(order % 2 == 1, flat, ""))
        if self._strips:
            flat = self._stripped(flat, places)
        return Segments(segments.with_flat_values(flat), tf.gather(self._token_ids, places))

    def _stripped(self, flat: tf.Tensor, places: tf.Tensor) -> tf.Tensor:
        """Moves the white space around tokens that absorb it to the token's own text."""
        nothing = tf.constant([False])
        after = tf.concat([nothing, tf.gather(self._rstrip, places)[:-1]], axis=0)[: tf.size(places)]
        left = tf.strings.regex_replace(tf.where(after, flat, ""), self._left_space, "")
        left = tf.where(after, left, flat)
        taken = tf.strings.length(flat) - tf.strings.length(left)
        flat = left + _next(tf.strings.substr(flat, tf.zeros_like(taken), taken))
        before = tf.concat([tf.gather(self._lstrip, places), nothing], axis=0)[1:]
        before &= tf.gather(self._token_ids, places) < 0
        left = tf.strings.regex_replace(tf.where(before, flat, ""), self._right_space, "")
        left = tf.where(before, left, flat)
        kept = tf.strings.length(left)
        return _previous(tf.strings.substr(flat, kept, tf.strings.length(flat) - kept)) + left


def _next(strings: tf.Tensor) -> tf.Tensor:
    return tf.concat([strings[1:], tf.fill([tf.minimum(tf.size(strings), 1)], "")], axis=0)


def _previous(strings: tf.Tensor) -> tf.Tensor:
    return tf.concat([tf.fill([tf.minimum(tf.size(strings), 1)], ""), strings[:-1]], axis=0)
