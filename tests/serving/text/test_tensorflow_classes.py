"""The tables against TensorFlow itself."""

import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.plain.text.unicode_classes import NUM_CODE_POINTS, members
from langzoo.serving.text.lower_case import lower_case
from langzoo.serving.text.tensorflow_classes import RE2

# All that are assigned, and one in 50 of the empty and private planes.
RANGES = (range(1, 0xD800), range(0xE000, 0x33480), range(0x33480, NUM_CODE_POINTS, 50), range(0xE0000, 0xE0200))
POINTS = np.array(sorted({point for points in RANGES for point in points}))
CHARACTERS = tf.strings.unicode_encode(POINTS[:, np.newaxis].astype(np.int32), "UTF-8")


def lowered(texts):
    joined = tf.strings.reduce_join(texts, separator="\n")
    return tf.strings.lower(joined, encoding="utf-8").numpy().decode(), joined.numpy().decode()


@pytest.mark.parametrize("name", RE2)
def test_the_classes_of_regular_expressions(name):
    found = tf.strings.regex_full_match(CHARACTERS, rf"\p{{{name}}}").numpy()
    assert np.array_equal(members(RE2[name])[POINTS], found)


@pytest.mark.parametrize(("before", "after"), [("", ""), ("aΣ", ""), ("aΣ", "a"), ("", "Σ"), ("a", "Σ")])
def test_lower_case_and_the_sigma_at_the_end_of_a_word(before, after):
    theirs, text = lowered(before + CHARACTERS + after)
    assert lower_case(text) == theirs
