"""GPT-2's word splitter."""

import numpy as np
import tensorflow as tf

from ..plain.text.unicode_classes import LATER_NUMBER, LETTER, NUM_CODE_POINTS, NUMBER, WHITE_SPACE, members
from .code_point_table import CodePointTable
from .cut_words import CutWords
from .row_ids import row_ids

_OTHER, _LETTER, _NUMBER, _WHITE_SPACE = range(4)
_SPACE, _APOSTROPHE = ord(" "), ord("'")


class ByteLevelWords:
    r"""Splits text into words, each with the space before it, like GPT-2.

    The words are those of its regular expression, `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|
    \s+(?!\S)|\s+`, whose look-ahead TensorFlow's regular expressions do not support: the beginnings of words are
    computed for all characters in parallel, from the classes of adjacent characters. Radford et al. 2019, "Language
    models are unsupervised multitask learners", and its `encoder.py`.

    Args:
        add_prefix_space: whether to put a space before text that begins without one.
        single_digits: whether every digit is a word, with the text on either side of it split separately (`Digits` of
            the `tokenizers` library, as in SmolLM).

    Example:
        >>> words = ByteLevelWords(add_prefix_space=False)
        >>> cut = words.cut(tf.strings.unicode_decode(["I'm  so 3!"], "UTF-8"))
        >>> cut.starts.numpy().astype(int).tolist()
        [1, 1, 0, 1, 1, 0, 0, 1, 0, 1]
    """

    def __init__(self, *, add_prefix_space: bool, single_digits: bool = False):
        self._add_prefix_space = add_prefix_space
        self._single_digits = single_digits
        classes = np.full(NUM_CODE_POINTS, _OTHER, np.int32)
        for runs, name in ((LETTER, _LETTER), (NUMBER, _NUMBER), (WHITE_SPACE, _WHITE_SPACE)):
            classes[members(runs)] = name
        if single_digits:
            classes[members(LATER_NUMBER)] = _NUMBER
        self._classes = CodePointTable(classes)

    def cut(self, code_points: tf.RaggedTensor) -> CutWords:
        """Splits rows of text into words; words do not span rows.

        Args:
            code_points: int32, ragged (B, None), as returned by `tf.strings.unicode_decode`.

        Returns:
            The words.
        """
        points = code_points.flat_values  # (N,)
        sources = tf.range(tf.size(points, tf.int64))
        rows = row_ids(code_points.row_splits)
        classes = self._classes.lookup(points)
        first = self._begins_text(rows, classes)
        if self._add_prefix_space:
            copies = tf.where(first & (points != _SPACE), 2, 1)
            again = row_ids(tf.pad(tf.cumsum(copies), [[1, 0]]))
            added = tf.concat([again[1:] == again[:-1], tf.zeros_like(again[:1], tf.bool)], axis=0)
            points, rows, classes, sources = (tf.gather(array, again) for array in (points, rows, classes, sources))
            points = tf.where(added, _SPACE, points)
            classes = tf.where(added, _WHITE_SPACE, classes)
            first = self._begins_text(rows, classes)
        return CutWords(points, _begins_word(points, classes, first), sources)

    def _begins_text(self, rows: tf.Tensor, classes: tf.Tensor) -> tf.Tensor:
        """Whether each character is the first of its row, or is separated from the one before it."""
        apart = rows[1:] != rows[:-1]
        if self._single_digits:
            digit = classes == _NUMBER
            apart |= digit[1:] | digit[:-1]
        return tf.concat([tf.ones_like(rows[:1], tf.bool), apart], axis=0)


def _begins_word(points: tf.Tensor, classes: tf.Tensor, first: tf.Tensor) -> tf.Tensor:
    is_white, is_word = classes == _WHITE_SPACE, classes != _WHITE_SPACE
    last = tf.concat([first[1:], tf.ones_like(first[:1])], axis=0)
    # The last of several white-space characters before a word is separate, or part of the word if it is a space.
    next_is_word = tf.concat([is_word[1:], tf.zeros_like(is_word[:1])], axis=0) & tf.logical_not(last)
    begins = tf.where(
        is_white[1:],
        is_word[:-1] | next_is_word[1:],
        tf.where(is_white[:-1], points[:-1] != _SPACE, classes[1:] != classes[:-1]),
    )
    begins = first | tf.concat([first[:1], begins], axis=0)
    places = tf.reshape(tf.where(points == _APOSTROPHE), [-1])
    return tf.cond(
        tf.size(places) > 0, lambda: _with_contractions(begins, places, points, classes, first), lambda: begins
    )


def _with_contractions(begins, places, points, classes, first):
    """Makes 's 't 'm 'd 're 've 'll words if the apostrophe does not belong to the text before it."""
    size = tf.size(points, tf.int64)
    before = tf.maximum(places - 1, 0)
    free = (tf.gather(classes, before) != _OTHER) & (tf.gather(points, before) != _SPACE)
    free |= tf.gather(first, places)
    # The two letters after it, 0 beyond the end of the text.
    padded = tf.pad(points, [[0, 3]])
    ends = tf.pad(first, [[0, 3]], constant_values=True)
    there = ~tf.gather(ends, places + 1)
    one = tf.where(there, tf.gather(padded, places + 1), 0)
    two = tf.where(there & ~tf.gather(ends, places + 2), tf.gather(padded, places + 2), 0)
    short = tf.reduce_any(one[:, tf.newaxis] == [ord(letter) for letter in "stmd"], axis=1)
    long = tf.zeros_like(short)
    for letters in ("re", "ve", "ll"):
        long |= (one == ord(letters[0])) & (two == ord(letters[1]))
    lengths = tf.where(short, tf.constant(2, tf.int64), tf.constant(3, tf.int64))
    found = tf.reshape(tf.where(free & (short | long)), [-1])
    starts, lengths = tf.gather(places, found), tf.gather(lengths, found)
    # The letters belong to the apostrophe; the next character begins a word.
    inside = tf.ragged.range(starts + 1, starts + lengths).flat_values
    begins = tf.pad(begins, [[0, 1]])
    begins = tf.tensor_scatter_nd_update(begins, inside[:, tf.newaxis], tf.zeros_like(inside, tf.bool))
    begun = tf.concat([starts, starts + lengths], axis=0)
    return tf.tensor_scatter_nd_update(begins, begun[:, tf.newaxis], tf.ones_like(begun, tf.bool))[:size]
