"""Splitting texts into words with their positions."""

from typing import NamedTuple

import tensorflow as tf

from ..plain.text.word_rules import WORD_RULES
from .bert_words import BertWords
from .row_ids import row_ids


class _WordSpans(NamedTuple):
    """Words, ragged (B, None).

    Attributes:
        words: strings.
        starts: int32, where each begins in its text, in characters (Unicode code points).
        limits: int32, where it ends.
    """

    words: tf.RaggedTensor
    starts: tf.RaggedTensor
    limits: tf.RaggedTensor


class WordSplitter:
    """Splits texts into the words that taggers tag, in a graph.

    Args:
        rule: a name of `WORD_RULES`.

    Example:
        >>> spans = WordSplitter("punctuation").split(tf.constant(["Été in 北京!"]))
        >>> [word.decode() for word in spans.words[0].numpy()], spans.limits[0].numpy().tolist()
        (['Été', 'in', '北', '京', '!'], [3, 6, 8, 9, 10])
    """

    def __init__(self, rule: str):
        self._cutter = BertWords(lowercase=False, strip_accents=False, **WORD_RULES[rule])

    def split(self, texts: tf.Tensor) -> _WordSpans:
        """Returns the words of texts; invalid UTF-8 is read as U+FFFD.

        Args:
            texts: strings (B,).
        """
        points = tf.strings.unicode_decode(texts, "UTF-8", errors="replace")  # (B, None)
        cut = self._cutter.cut(points)
        first = tf.reshape(tf.where(cut.starts), [-1])  # (N,), of each word among the characters
        characters = tf.size(cut.characters, tf.int64)
        splits = tf.concat([first, [characters]], axis=0)
        # (pyright's stubs of TensorFlow lack the factories of RaggedTensor.)
        make = tf.RaggedTensor.from_row_splits  # pyright: ignore[reportAttributeAccessIssue]
        words = tf.strings.unicode_encode(make(cut.characters, splits, validate=False), "UTF-8")
        begins = tf.gather(cut.sources, first)  # in the flat code points of all texts
        ends = tf.gather(cut.sources, splits[1:] - 1) + 1
        rows = tf.gather(row_ids(points.row_splits), begins)
        offset = tf.gather(points.row_splits, rows)
        row_splits = tf.cast(tf.searchsorted(begins, points.row_splits), tf.int64)

        def ragged(values):
            return make(values, row_splits, validate=False)

        return _WordSpans(ragged(words), *(ragged(tf.cast(each - offset, tf.int32)) for each in (begins, ends)))
