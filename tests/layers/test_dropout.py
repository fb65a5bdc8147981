import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.dropout import Dropout

from tests.checks.layer import check_layer

SHAPE = (64, 50, 100)


def kept(seed=1, rate=0.3):
    return Dropout(rate, seed=seed)(tf.ones(SHAPE), training=True).numpy()


def test_contract():
    check_layer(lambda: Dropout(0.3), np.ones((2, 3), np.float32))


def test_the_share_and_the_scale():
    numbers = kept()
    assert set(np.unique(numbers)) == {0.0, np.float32(1 / 0.7)}
    share = (numbers == 0).mean()
    assert share == pytest.approx(0.3, abs=4 * np.sqrt(0.3 * 0.7 / numbers.size))
    for axis in range(3):  # no row, column or layer is favoured
        shares = (numbers == 0).mean(axis=tuple(i for i in range(3) if i != axis))
        spread = np.sqrt(0.3 * 0.7 * SHAPE[axis] / numbers.size)
        assert np.abs(shares - 0.3).max() < 5 * spread


def test_neighbours_steps_and_seeds_know_nothing_of_each_other():
    layer = Dropout(0.5, seed=3)
    masks = [layer(tf.ones(SHAPE), training=True).numpy().ravel() > 0 for _ in range(2)]
    masks.append(kept(seed=4, rate=0.5).ravel() > 0)
    first = masks[0]
    others = [*masks[1:], np.roll(first, 1), np.roll(first, SHAPE[2]), np.roll(first, SHAPE[1] * SHAPE[2])]
    for other in others:
        # The share of equal places of two independent masks is 1/2, give or take four standard deviations.
        assert (first == other).mean() == pytest.approx(0.5, abs=2 / np.sqrt(first.size))


def test_the_same_bits_compiled_and_step_by_step():
    def twice():
        layer = Dropout(0.3, seed=5)
        return layer, tf.function(lambda: layer(tf.ones((3, 4)), training=True), jit_compile=True)

    eager, compiled = Dropout(0.3, seed=5), twice()[1]
    for _ in range(2):
        np.testing.assert_array_equal(compiled(), eager(tf.ones((3, 4)), training=True))


def test_a_mask_for_all_steps_of_a_text():
    layer = Dropout(0.5, noise_shape=(None, 1, None), seed=1)
    numbers = layer(tf.ones((4, 6, 50)), training=True).numpy()
    assert set(np.unique(numbers)) == {0.0, 2.0}
    np.testing.assert_array_equal(numbers, np.broadcast_to(numbers[:, :1], numbers.shape))
    assert len({row.tobytes() for row in numbers[:, 0]}) == 4  # each text has its own
    np.testing.assert_array_equal(layer(tf.ones((4, 6, 50))), np.ones((4, 6, 50)))
