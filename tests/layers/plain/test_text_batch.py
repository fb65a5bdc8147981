import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.text_batch import text_batch


@pytest.mark.parametrize(
    "texts",
    [["a", "猫"], (b"a", "猫".encode()), np.array(["a", "猫"]), tf.constant(["a", "猫"]), iter(["a", b"\xe7\x8c\xab"])],
)
def test_rows_of_text(texts):
    assert text_batch(texts, "texts") == [b"a", b"\xe7\x8c\xab"]


def test_no_rows_and_bytes_as_they_are():
    assert text_batch([], "texts") == text_batch(np.array([]), "texts") == []
    assert text_batch([b"\xff\0"], "texts") == [b"\xff\0"]


@pytest.mark.parametrize("texts", ["a", b"a", 3, None, [3], [None], ["a", ["b"]], np.array("a"), tf.constant("a"), {1}])
def test_what_is_no_list_of_strings(texts):
    with pytest.raises(ValueError, match="prompts must be a list of strings, not ") as caught:
        text_batch(texts, "prompts")
    assert "\n" not in str(caught.value)


def test_halves_of_surrogates_and_lists_of_other_lengths():
    with pytest.raises(UserError, match="prompts hold half a surrogate pair, which is not Unicode: remove it"):
        text_batch(["a", "\ud83d"], "prompts")
    with pytest.raises(ValueError, match="targets must be as many as the other texts, 2, not 1"):
        text_batch(["a"], "targets", beside=["b", "c"])
