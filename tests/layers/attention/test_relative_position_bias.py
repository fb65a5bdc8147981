import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers import RelativePositionBias


def bucket(distance, *, buckets, longest, bidirectional):
    """The rule of the paper's code, for one distance (key position minus query position)."""
    first = 0
    if bidirectional:
        buckets //= 2
        first, distance = (buckets if distance > 0 else 0), abs(distance)
    else:
        distance = max(-distance, 0)
    exact = buckets // 2
    if distance < exact:
        return first + distance
    return first + min(
        exact + int(math.log(distance / exact) / math.log(longest / exact) * (buckets - exact)), buckets - 1
    )


@pytest.mark.parametrize("bidirectional", [True, False])
def test_buckets_one_by_one(bidirectional):
    layer = RelativePositionBias(1, num_buckets=32, max_distance=128, bidirectional=bidirectional)
    distances = np.arange(-300, 301)
    expected = [bucket(int(d), buckets=32, longest=128, bidirectional=bidirectional) for d in distances]
    found = layer.buckets(tf.constant(distances, tf.int32)).numpy()
    # Where the logarithm is a whole number, float32 may fall to either side, as it does in the paper's own code.
    ties = {8 * 2**k for k in range(8)} | {16 * 2**k for k in range(8)}
    unlike = {abs(int(d)) for d, a, b in zip(distances, found, expected, strict=True) if a != b}
    assert unlike <= ties


def test_a_head_gets_its_column():
    layer = RelativePositionBias(2, num_buckets=8, max_distance=16)
    bias = layer(tf.range(3), tf.range(4)).numpy()
    table = layer.embeddings.numpy()
    assert bias.shape == (1, 2, 3, 4)
    for t in range(3):
        for s in range(4):
            row = bucket(s - t, buckets=8, longest=16, bidirectional=True)
            np.testing.assert_array_equal(bias[0, :, t, s], table[row])


def test_rows_with_positions_of_their_own():
    layer = RelativePositionBias(2, bidirectional=False)
    queries, keys = tf.constant([[4], [9]]), tf.constant([[0, 1, 4], [0, 1, 9]])
    both = layer(queries, keys)
    for row in range(2):
        np.testing.assert_array_equal(both[row], layer(queries[row], keys[row])[0])
    twin = RelativePositionBias.from_config(layer.get_config())
    assert twin.get_config() == layer.get_config()


def test_the_bias_is_float32_under_mixed_precision():
    layer = RelativePositionBias(1, initializer=keras.initializers.Constant(10.03), dtype="mixed_bfloat16")
    assert layer(tf.range(1), tf.range(1)).numpy().item() == np.float32(10.03)
