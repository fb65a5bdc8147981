import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.random_bits import random_bits, random_uniform


def test_every_bit_is_even():
    bits = random_bits(tf.constant([100_000]), tf.constant([7, 0])).numpy()
    for bit in range(32):
        assert ((bits >> bit) & 1).mean() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(100_000))
    assert len(np.unique(bits)) > 99_990


def test_uniform_numbers_are_even_over_seeds_and_over_steps():
    drawn = np.stack([random_uniform(tf.range(-500, 500), tf.constant(step)).numpy() for step in range(100)])
    assert drawn.min() >= 0 and drawn.max() < 1
    np.testing.assert_allclose(np.histogram(drawn, 10, (0, 1))[0] / drawn.size, 0.1, atol=0.005)
    for one, other in ((drawn[1:], drawn[:-1]), (drawn[:, 1:], drawn[:, :-1])):
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.01


def test_compiled_and_not_are_the_same():
    compiled = tf.function(random_uniform, jit_compile=True)
    seeds, step = tf.constant([7, -8, 2**31 - 1, -(2**31)]), tf.constant(5)
    np.testing.assert_array_equal(compiled(seeds, step), random_uniform(seeds, step))


def test_a_tensor_is_hashed_by_position():
    seed = tf.constant([1, 2])
    flat = random_bits(tf.constant([24]), seed).numpy()
    for shape in ((4, 6), (2, 3, 4), (24, 1)):
        np.testing.assert_array_equal(random_bits(tf.constant(shape), seed).numpy().ravel(), flat)
