import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.masks import length_mask, reverse_by_length


def test_length_mask_is_true_on_the_first_positions():
    expected = [[False, False, False], [True, False, False], [True, True, True]]
    np.testing.assert_array_equal(length_mask(tf.constant([0, 1, 3]), 3), expected)
    assert length_mask(tf.constant([2]), 3).dtype == tf.bool
    assert length_mask(tf.constant([1, 2])).shape == (2, 2)


@pytest.mark.parametrize("dtype", [np.int32, np.float32, bool])
@pytest.mark.parametrize("shape", [(4, 5), (4, 5, 2)])
def test_reverse_by_length_reverses_tokens_and_leaves_padding(dtype, shape):
    x = np.random.default_rng(0).integers(0, 9, shape).astype(dtype)
    lengths = np.array([0, 1, 3, 5])
    expected = x.copy()
    for row, length in enumerate(lengths):
        expected[row, :length] = x[row, :length][::-1]
    result = reverse_by_length(tf.constant(x), tf.constant(lengths))
    np.testing.assert_array_equal(result, expected)
    np.testing.assert_array_equal(reverse_by_length(result, tf.constant(lengths)), x)


def test_reverse_by_length_compiles_and_has_a_gradient():
    x, lengths = tf.reshape(tf.range(8.0), (2, 4)), tf.constant([2, 4])
    compiled = tf.function(reverse_by_length, jit_compile=True)
    np.testing.assert_array_equal(compiled(x, lengths), reverse_by_length(x, lengths))
    weights = tf.constant([[1.0, 2.0, 3.0, 4.0]] * 2)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(weights * reverse_by_length(x, lengths))
    np.testing.assert_array_equal(tape.gradient(total, x), [[2, 1, 3, 4], [4, 3, 2, 1]])


def test_a_length_beyond_the_sequence_is_refused():
    with pytest.raises(tf.errors.InvalidArgumentError):
        reverse_by_length(tf.zeros((1, 3)), tf.constant([4]))
