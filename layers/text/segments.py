"""A text in segments: added tokens and the text between them."""

from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf

from .row_ids import row_ids


class Segments(NamedTuple):
    """Added tokens and the text between them.

    Attributes:
        text: strings, ragged (B, None), whose concatenation is the text (with 0xfe for a byte 0xff).
        token_ids: int32 (N,), the id of each segment, or -1 if it is not an added token.
    """

    text: tf.RaggedTensor
    token_ids: tf.Tensor

    @property
    def plain(self) -> tf.Tensor:
        """Strings (N,): the text that remains to be tokenized; "" in place of an added token."""
        return tf.where(self.token_ids < 0, self.text.flat_values, "")

    def joined(self, pieces: tf.RaggedTensor) -> tf.RaggedTensor:
        """Returns the ids of whole texts.

        Args:
            pieces: ids (N, None) of `plain`.

        Returns:
            int32, ragged (B, None).
        """
        return self._joined(tf.cast(pieces, tf.int32), self.token_ids)

    def offsets(
        self, pieces: tf.RaggedTensor, *, starts: tf.Tensor, limits: tf.Tensor, lengths: tf.Tensor
    ) -> dict[str, tf.RaggedTensor]:
        """Returns the ids of whole texts, and their positions in them.

        Args:
            pieces: ids (N, None) of `plain`.
            starts: (M,), where each piece begins in its segment.
            limits: (M,), where it ends.
            lengths: (N,), the lengths of all segments, in the same unit.

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
        """Splits the plain segments further.

        Args:
            split: function from strings (N,) to their segments.
        """
        inner = split(self.plain)
        text = self._joined(inner.text, self.text.flat_values)
        return Segments(text, self._joined(inner.text.with_flat_values(inner.token_ids), self.token_ids).flat_values)

    def _joined(self, of_pieces: tf.RaggedTensor, of_tokens: tf.Tensor) -> tf.RaggedTensor:
        """Merges the values of added tokens (N,) with those of pieces (N, None) into ragged (B, None)."""
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
