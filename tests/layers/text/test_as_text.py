import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import as_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("猫", "猫".encode()),
        (b"\xff", b"\xff"),
        (["a", b"b"], [b"a", b"b"]),
        (("a",), [b"a"]),
        ([], []),
        (np.array(["a", "bcd"]), [b"a", b"bcd"]),
        (np.array(["a", "bcd"], dtype=object), [b"a", b"bcd"]),
        ("a\0b", b"a\0b"),
    ],
)
def test_what_python_calls_text(text, expected):
    tensor = as_text(text)
    assert tensor.dtype == tf.string
    assert tensor.numpy() == expected if isinstance(expected, bytes) else tensor.numpy().tolist() == expected


@pytest.mark.parametrize("text", [1, None, [["a"]], ["a", 1], [None], tf.constant([1]), tf.ragged.constant([["a"]])])
def test_what_is_not_text(text):
    with pytest.raises(ValueError, match=r"text must be strings of shape \(\) or \(B,\), got"):
        as_text(text)


@pytest.mark.parametrize("text", ["\ud800", ["a", "b\udfff"]])
def test_half_a_surrogate_pair_is_the_users_mistake(text):
    with pytest.raises(UserError, match="half a surrogate pair"):
        as_text(text)
