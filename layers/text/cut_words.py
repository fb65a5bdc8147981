"""Words as flat characters."""

from typing import NamedTuple

import tensorflow as tf


class CutWords(NamedTuple):
    """The characters of words, concatenated.

    Attributes:
        characters: int32 (M,), code points.
        starts: bool (M,), whether a word begins.
        sources: int64 (M,), the position in the text's flat code points that the character comes from.
    """

    characters: tf.Tensor
    starts: tf.Tensor
    sources: tf.Tensor
