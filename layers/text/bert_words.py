"""BERT's word splitter."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import tensorflow as tf

from ..plain.text.bert_characters import CHINESE, folded_character
from ..plain.text.unicode_classes import CONTROL, MARK, NUM_CODE_POINTS, PUNCTUATION, SPACE, members
from .code_point_table import CodePointTable
from .cut_words import CutWords
from .row_ids import row_ids

# The kind of a character, in the low bits of its number in the table. The other bits are the offset to add to the code
# point or, for _SEVERAL, the index of the characters that replace it.
_DROPPED, _PART, _ALONE, _SPACE, _SEVERAL = range(5)
_BITS = 3


class BertWords:
    """Cleans text and splits it into words like BERT's `BasicTokenizer`.

    Control characters are removed, spaces and line ends separate words, and every sign and every Chinese character is a
    word; accents and case are removed on request. The result is that of Hugging Face's `BertNormalizer` and
    `BertPreTokenizer` for every code point, except that combining characters that are not in Unicode's order keep
    theirs.

    Args:
        lowercase: whether to convert text to lower case.
        strip_accents: whether to decompose characters (NFD) and remove the marks; Hangul becomes its letters.
        split_chinese: whether every Chinese character is a word.
        split_punctuation: whether every punctuation sign is a word.
        split_all: whether every character is a word.

    Example:
        >>> words = BertWords(lowercase=True, strip_accents=True, split_chinese=True)
        >>> cut = words.cut(tf.strings.unicode_decode(["Été 猫!"], "UTF-8"))
        >>> "".join(map(chr, cut.characters.numpy())), cut.starts.numpy().astype(int).tolist()
        ('ete猫!', [1, 0, 0, 1, 1])
    """

    def __init__(
        self,
        *,
        lowercase: bool,
        strip_accents: bool,
        split_chinese: bool,
        split_punctuation: bool = True,
        split_all: bool = False,
    ):
        values, lengths, several = _characters(lowercase, strip_accents, split_chinese, split_punctuation, split_all)
        self._table = CodePointTable(values)
        with tf.init_scope():
            self._several = tf.constant(several, tf.int32)  # packed like the table, with the code point itself
            self._several_limits = tf.constant(np.cumsum(lengths), tf.int32)
            self._several_lengths = tf.constant(lengths, tf.int32)

    def cut(self, code_points: tf.RaggedTensor) -> CutWords:
        """Splits rows of text into words; words do not span rows.

        Args:
            code_points: int32, ragged (B, None), as returned by `tf.strings.unicode_decode`.

        Returns:
            The words.
        """
        kinds, characters, sources = self._cleaned(code_points)
        rows = tf.gather(row_ids(code_points.row_splits), sources)
        apart = (kinds[1:] != _PART) | (kinds[:-1] != _PART) | (rows[1:] != rows[:-1])
        starts = tf.concat([tf.ones_like(kinds[:1], tf.bool), apart], axis=0)
        words = tf.reshape(tf.where(kinds != _SPACE), [-1])
        return CutWords(*(tf.gather(array, words) for array in (characters, starts, sources)))

    def normalized(self, code_points: tf.RaggedTensor) -> tuple[tf.RaggedTensor, tf.Tensor]:
        """Cleans text without splitting it.

        Args:
            code_points: int32, ragged (B, None).

        Returns:
            Code points, int32, ragged (B, None), with a space in place of each separator; and for each the position in
            the text's flat code points that it comes from, int64.
        """
        kinds, characters, sources = self._cleaned(code_points)
        characters = tf.where(kinds == _SPACE, ord(" "), characters)
        splits = tf.searchsorted(sources, code_points.row_splits)
        # (pyright's stubs of TensorFlow lack the factories of RaggedTensor.)
        make = tf.RaggedTensor.from_row_splits  # pyright: ignore[reportAttributeAccessIssue]
        return make(characters, tf.cast(splits, tf.int64), validate=False), sources

    def _cleaned(self, code_points: tf.RaggedTensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Returns kind, character and source of the remaining characters."""
        flat = code_points.flat_values  # (N,)
        values = self._table.lookup(flat)
        kinds = tf.bitwise.bitwise_and(values, (1 << _BITS) - 1)
        values = tf.bitwise.right_shift(values, _BITS)
        sources = tf.range(tf.size(flat, tf.int64))
        kinds, characters, sources = tf.cond(
            tf.reduce_any(kinds == _SEVERAL),
            lambda: self._expanded(flat, kinds, values),
            lambda: (kinds, flat + values, sources),
        )
        # Characters are dropped before words are split: they do not separate words.
        kept = tf.reshape(tf.where(kinds != _DROPPED), [-1])
        return tf.gather(kinds, kept), tf.gather(characters, kept), tf.gather(sources, kept)

    def _expanded(self, flat, kinds, values):
        is_several = kinds == _SEVERAL
        index = tf.where(is_several, values, 0)
        lengths = tf.where(is_several, tf.gather(self._several_lengths, index), 1)
        sources = row_ids(tf.pad(tf.cumsum(lengths), [[1, 0]]))
        # The distance of each from the end of its group: 1 for the last, 2 for the one before.
        back = tf.gather(tf.cumsum(lengths), sources) - tf.range(tf.size(sources))
        one = tf.gather(flat + values, sources)
        packed = tf.gather(
            self._several,
            tf.where(
                tf.gather(is_several, sources),
                tf.gather(tf.gather(self._several_limits, index), sources) - back,
                0,
            ),
        )
        is_several = tf.gather(is_several, sources)
        characters = tf.where(is_several, tf.bitwise.right_shift(packed, _BITS), one)
        several_kinds = tf.bitwise.bitwise_and(packed, (1 << _BITS) - 1)
        return tf.where(is_several, several_kinds, tf.gather(kinds, sources)), characters, sources


@lru_cache
def _characters(lowercase: bool, strip_accents: bool, split_chinese: bool, split_punctuation: bool, split_all: bool):
    """Returns the table's values, and the lengths and packed characters of those that become several."""
    is_mark, is_alone = members(MARK), members(PUNCTUATION) & split_punctuation | split_all
    points = np.arange(NUM_CODE_POINTS)
    kinds = np.where(is_alone, _ALONE, _PART)
    becomes = points.copy()
    several: dict[int, list[int]] = {}
    for point, characters in _changed(lowercase, strip_accents):
        outputs = [ord(character) for character in characters if not (strip_accents and is_mark[ord(character)])]
        if len(outputs) == 1:
            becomes[point] = outputs[0]
            kinds[point] = _ALONE if is_alone[outputs[0]] else _PART
        elif outputs:
            several[point] = outputs
            kinds[point] = _SEVERAL
        else:
            kinds[point] = _DROPPED
    if strip_accents:
        kinds[is_mark] = _DROPPED
    if split_chinese:
        for start, limit in CHINESE:
            kinds[start:limit] = _ALONE
    kinds[members(CONTROL)] = _DROPPED
    kinds[members(SPACE)] = _SPACE
    payload = becomes - points
    payload[list(several)] = np.arange(len(several))
    lengths = [len(outputs) for outputs in several.values()] or [0]
    packed = [(out << _BITS) | (_ALONE if is_alone[out] else _PART) for outputs in several.values() for out in outputs]
    return (payload << _BITS | kinds).astype(np.int32), lengths, packed or [0]


def _changed(lowercase: bool, strip_accents: bool) -> Iterator[tuple[int, str]]:
    # No other code point has a lower case or a decomposition.
    for point in (*range(0xD800), *range(0xE000, 0x20000), *range(0x2F800, 0x2FA20)):
        characters = folded_character(point, lowercase=lowercase, decompose=strip_accents)
        if characters != chr(point):
            yield point, characters
