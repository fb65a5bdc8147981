"""Text cut at the tokens that are written out in it."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from .added_tokens import AddedToken, tokens_pattern, white_space
from .row_ids import row_ids

_MARK, _NO_MARK = b"\xff", b"\xfe"  # neither is a byte of UTF-8


class Segments(NamedTuple):
    """Added tokens and what is between them.

    Attributes:
        text: strings, ragged (B, None): put together they are the text (with 0xfe for a byte 0xff).
        token_ids: int32 (N,), the id of each segment, or -1 of what is no added token.
    """

    text: tf.RaggedTensor
    token_ids: tf.Tensor

    @property
    def plain(self) -> tf.Tensor:
        """Strings (N,): what is left to be cut; "" in the place of a token."""
        return tf.where(self.token_ids < 0, self.text.flat_values, "")

    def joined(self, pieces: tf.RaggedTensor) -> tf.RaggedTensor:
        """The ids of whole texts.

        Args:
            pieces: ids (N, None) of `plain`.

        Returns:
            int32, ragged (B, None).
        """
        return self._joined(tf.cast(pieces, tf.int32), self.token_ids)

    def offsets(
        self, pieces: tf.RaggedTensor, *, starts: tf.Tensor, limits: tf.Tensor, lengths: tf.Tensor
    ) -> dict[str, tf.RaggedTensor]:
        """The ids of whole texts, and where in them they stand.

        Args:
            pieces: ids (N, None) of `plain`.
            starts: (M,), where each piece begins in its segment.
            limits: (M,), where it ends.
            lengths: (N,), of all segments, in the same unit.

        Returns:
            `token_ids`, `starts` and `limits`, int32, ragged (B, None).
        """
        lengths = tf.cast(lengths, tf.int32)
        begins = tf.concat([[0], tf.cumsum(lengths)], axis=0)
        text_begins = tf.gather(begins, self.text.row_splits[:-1])  # (B,)
        begins = begins[:-1] - tf.gather(text_begins, row_ids(self.text.row_splits))  # (N,)
        moved = tf.gather(begins, row_ids(pieces.row_splits))  # (M,)
        starts, limits = tf.cast(starts, tf.int32) + moved, tf.cast(limits, tf.int32) + moved
        return {
            "token_ids": self.joined(pieces),
            "starts": self._joined(pieces.with_flat_values(starts), begins),
            "limits": self._joined(pieces.with_flat_values(limits), begins + lengths),
        }

    def refined(self, split: "Callable[[tf.Tensor], Segments]") -> "Segments":
        """With the plain segments cut further.

        Args:
            split: strings (N,) to their segments.
        """
        inner = split(self.plain)
        text = self._joined(inner.text, self.text.flat_values)
        return Segments(text, self._joined(inner.text.with_flat_values(inner.token_ids), self.token_ids).flat_values)

    def _joined(self, of_pieces: tf.RaggedTensor, of_tokens: tf.Tensor) -> tf.RaggedTensor:
        """One value for each token (N,) in its place among those of pieces (N, None): ragged (B, None)."""
        # (Not tf.concat, which makes a dense tensor of its rows: memory for the longest times their number.)
        tokens = tf.reshape(tf.where(self.token_ids >= 0), [-1])
        pieces_before = tf.cast(of_pieces.row_splits, tf.int64)  # (N + 1,)
        tokens_before = tf.concat([[0], tf.cumsum(tf.cast(self.token_ids >= 0, tf.int64))], axis=0)  # (N + 1,)
        rows = row_ids(of_pieces.row_splits)
        places = tf.concat(
            [
                tf.range(tf.size(rows, tf.int64)) + tf.gather(tokens_before[1:], rows),
                tf.gather(pieces_before, tokens) + tf.gather(tokens_before, tokens),
            ],
            axis=0,
        )
        order = tf.scatter_nd(
            places[:, tf.newaxis], tf.range(tf.size(places)), tf.reshape(tf.shape(places, tf.int64), [1])
        )
        values = tf.concat([of_pieces.flat_values, tf.cast(tf.gather(of_tokens, tokens), of_pieces.dtype)], axis=0)
        splits = tf.gather(pieces_before + tokens_before, self.text.row_splits)
        # (pyright's stubs of TensorFlow lack the factories of RaggedTensor.)
        make = tf.RaggedTensor.from_row_splits  # pyright: ignore[reportAttributeAccessIssue]
        return make(tf.gather(values, order), splits, validate=False)


class AddedTokenSplitter(tf.Module):
    """Finds added tokens in text, as the `tokenizers` library of Hugging Face does: the leftmost first, the longest of
    those that begin at one place.

    Args:
        tokens: what to look for.
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
                    # An empty text is no token: it is there because TensorFlow refuses an empty table.
                    tf.constant(["", *(token.content for token in tokens)], tf.string),
                    tf.constant(np.array([len(tokens), *range(len(tokens))]), tf.int64),
                ),
                default_value=len(tokens),
            )

    @property
    def finds(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self._pattern)

    def split(self, text: tf.Tensor) -> Segments:
        """Cuts strings (B,) into segments."""
        make = tf.RaggedTensor.from_tensor  # pyright: ignore[reportAttributeAccessIssue]
        if not self.finds:
            return Segments(make(text[:, tf.newaxis]), -tf.ones_like(text, tf.int32))
        # Where the text has the mark, another byte is as wrong. (reduce_join leaves out separators of empty strings.)
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
        """With the white space beside a token that takes it up among the token's own text."""
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
