"""Texts as words, character by character."""

from typing import NamedTuple

import tensorflow as tf


class CutWords(NamedTuple):
    """Characters of words, one word after the other.

    Attributes:
        characters: int32 (M,), code points.
        starts: bool (M,), whether a word begins.
        sources: int64 (M,), the place in the text's flat code points that the character comes from.
    """

    characters: tf.Tensor
    starts: tf.Tensor
    sources: tf.Tensor
