"""Packing the words of texts for a tagger."""

from typing import NamedTuple

import tensorflow as tf

from ..plain.text.word_packing import FRAME, longest_word, word_prefix
from .row_ids import row_ids
from .tokenizer import Tokenizer


class _WordRows(NamedTuple):
    """Rows of tokens with the words of texts, in order.

    Attributes:
        inputs: `token_ids` int32 (R, T), `padding_mask` bool (R, T), `segment_ids` int32 (R, T), `word_places` int32
            (R, W), the positions of the tokens that represent the words of a row, and `num_words` int32 (R,).
        row_splits: int64 (B + 1,), the first row of each text, and R.
    """

    inputs: dict[str, tf.Tensor]
    row_splits: tf.Tensor


class WordPacker:
    """Tokenizes words separately and packs them by the rule of `packed_words`, in a graph.

    Args:
        tokenizer: the tokenizer, whose start and closing tokens enclose a row.
        max_length: the maximum number of tokens of a row; longer texts take several rows.
        last: whether the last token of a word represents it, or the first.

    Example:
        >>> from langzoo.layers.text import WordPieceTokenizer
        >>> tokenizer = WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "##b"])
        >>> rows = WordPacker(tokenizer, max_length=8).pack(tf.ragged.constant([["a", "bb", "a"]]))
        >>> rows.inputs["token_ids"].numpy().tolist(), rows.inputs["word_places"].numpy().tolist()
        ([[2, 5, 6, 7, 5, 3]], [[1, 2, 4]])
    """

    def __init__(self, tokenizer: Tokenizer, *, max_length: int, last: bool = False):
        self._tokenizer = tokenizer
        self._room = max_length - FRAME
        self._last = last

    def pack(self, words: tf.RaggedTensor) -> _WordRows:
        """Packs texts.

        Args:
            words: strings, ragged (B, None).
        """
        # (pyright's stubs of TensorFlow lack the factories of RaggedTensor.)
        make = tf.RaggedTensor.from_row_splits  # pyright: ignore[reportAttributeAccessIssue]
        pieces = self._pieces(words.flat_values)  # (N, None)
        sizes = pieces.row_lengths()
        splits = tf.cast(words.row_splits, tf.int64)
        row_of_word, row_splits = self._rows(sizes, splits)
        count = row_splits[-1]
        firsts = tf.searchsorted(row_of_word, tf.range(count + 1), out_type=tf.int64)  # of each row, among the words
        tokens = make(pieces.flat_values, tf.gather(pieces.row_splits, firsts), validate=False)  # (R, None)
        begins = pieces.row_splits[:-1] - tf.gather(tokens.row_splits, row_of_word)
        places = begins + 1 + (sizes - 1 if self._last else tf.zeros_like(sizes))
        framed = tf.concat(
            [
                tf.fill([count, 1], self._tokenizer.start_id),
                tokens,
                tf.fill([count, 1], self._tokenizer.closing_id),
            ],
            axis=1,
        )
        lengths = framed.row_lengths()
        longest = tf.reduce_max(tf.pad(lengths, [[0, 1]]))
        mask = tf.sequence_mask(lengths, longest)
        by_row = make(tf.cast(places, tf.int32), firsts, validate=False)
        words_of_row = by_row.row_lengths()
        most = tf.maximum(tf.reduce_max(tf.pad(words_of_row, [[0, 1]])), 1)
        inputs = {
            "token_ids": framed.to_tensor(self._tokenizer.padding_id),
            "padding_mask": mask,
            "segment_ids": tf.zeros_like(mask, tf.int32),
            # At least one column, so that code that reads the first word finds one.
            "word_places": by_row.to_tensor(shape=tf.stack([count, most])),
            "num_words": tf.cast(words_of_row, tf.int32),
        }
        return _WordRows(inputs, row_splits)

    def _pieces(self, words: tf.Tensor) -> tf.RaggedTensor:
        """Returns the token ids of each word, at least one."""
        tokenizer = self._tokenizer
        pieces = tokenizer.tokenize(tf.strings.join([word_prefix(tokenizer.kind), words]))[
            :, : longest_word(self._room)
        ]
        empty = tf.cast(tf.equal(pieces.row_lengths(), 0), tf.int64)  # (N,)
        splits = tf.concat([[0], tf.cumsum(empty)], axis=0)
        stand_in = tokenizer.closing_id if tokenizer.unknown_id is None else tokenizer.unknown_id
        make = tf.RaggedTensor.from_row_splits  # pyright: ignore[reportAttributeAccessIssue]
        return tf.concat([pieces, make(tf.fill([splits[-1]], stand_in), splits, validate=False)], axis=1)

    def _rows(self, sizes: tf.Tensor, splits: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns the row of each word (N,), and the first row of each text (B + 1,); see `windows_of_words`."""
        ends = tf.concat([[0], tf.cumsum(sizes)], axis=0)  # (N + 1,)
        text_of_word = row_ids(splits)  # (N,)
        begins = tf.gather(ends, splits)  # (B + 1,), of each text among the tokens
        totals = begins[1:] - begins[:-1]
        firsts = ends[:-1] - tf.gather(begins, text_of_word)
        fits = tf.gather(totals, text_of_word) <= self._room
        windows = tf.where(fits, tf.zeros_like(firsts), firsts // longest_word(self._room))  # (N,)
        last = tf.maximum(splits[1:] - 1, 0)
        has_words = splits[1:] > splits[:-1]
        padded = tf.pad(windows, [[0, 1]])  # a batch without any word
        rows = tf.where(has_words, tf.gather(padded, last) + 1, 1)  # (B,)
        row_splits = tf.concat([[0], tf.cumsum(rows)], axis=0)
        return tf.gather(row_splits, text_of_word) + windows, row_splits
