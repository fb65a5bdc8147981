import math

import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers import RotaryEmbedding
from langzoo.layers.attention.rotary_embedding import rotary_frequencies, rotate

from tests.checks.layer import check_layer

LLAMA3 = {
    "kind": "llama3",
    "factor": 8.0,
    "low_frequency_factor": 1.0,
    "high_frequency_factor": 4.0,
    "original_max_sequence_length": 64,
}


def test_contract():
    positions = np.arange(12, dtype=np.int32).reshape(2, 6)
    check_layer(lambda: RotaryEmbedding(8), positions, mixed_precision=False)


def test_a_rotation_is_a_product_of_complex_numbers():
    x = np.random.default_rng(0).normal(size=(1, 2, 5, 6)).astype(np.float32)
    turned = rotate(x, RotaryEmbedding(6, base=100.0)(tf.range(5))).numpy()
    angles = np.outer(np.arange(5), 100.0 ** (-np.arange(3) / 3))
    expected = (x[..., :3] + 1j * x[..., 3:]) * np.exp(1j * angles)
    np.testing.assert_allclose(turned[..., :3] + 1j * turned[..., 3:], expected, atol=1e-5)


def test_only_the_distance_counts():
    x, y = np.random.default_rng(1).normal(size=(2, 1, 1, 1, 8)).astype(np.float32)
    rotary = RotaryEmbedding(8)

    def product(p, q):
        at = [rotate(each, rotary(tf.constant([place]))) for each, place in ((x, p), (y, q))]
        return float(tf.reduce_sum(at[0] * at[1]))

    assert product(3, 1) == pytest.approx(product(103, 101), abs=1e-4)
    assert product(3, 1) != pytest.approx(product(3, 2), abs=1e-3)


def test_each_row_has_its_own_positions():
    rotary = RotaryEmbedding(4)
    both = rotary(tf.constant([[0, 1], [5, 6]]))
    for row, start in enumerate((0, 5)):
        alone = rotary(tf.range(start, start + 2))
        np.testing.assert_allclose(both["cosines"][row], alone["cosines"][0], atol=1e-7)


def test_linear_scaling_divides_positions():
    plain, _ = rotary_frequencies(8, base=10000.0)
    scaled, factor = rotary_frequencies(8, base=10000.0, scaling={"kind": "linear", "factor": 4.0})
    np.testing.assert_allclose(scaled, plain / 4)
    assert factor == 1.0


def test_llama3_keeps_fast_pairs_and_slows_slow_ones():
    plain, _ = rotary_frequencies(16, base=10000.0)
    scaled, _ = rotary_frequencies(16, base=10000.0, scaling=LLAMA3)
    wavelengths = 2 * math.pi / plain
    fast, slow = wavelengths < 64 / 4, wavelengths > 64 / 1
    assert fast.any() and slow.any() and not (fast | slow).all()
    np.testing.assert_allclose(scaled[fast], plain[fast], rtol=1e-6)
    np.testing.assert_allclose(scaled[slow], plain[slow] / 8, rtol=1e-6)
    between = ~(fast | slow)
    assert ((scaled[between] < plain[between]) & (scaled[between] > plain[between] / 8)).all()


def test_yarn_sharpens_scores():
    scaling = {"kind": "yarn", "factor": 4.0, "original_max_sequence_length": 64}
    scaled, factor = rotary_frequencies(16, base=10000.0, scaling=scaling)
    plain, _ = rotary_frequencies(16, base=10000.0)
    assert factor == pytest.approx(0.1 * math.log(4) + 1)
    assert scaled[0] == pytest.approx(plain[0]) and scaled[-1] == pytest.approx(plain[-1] / 4)


def test_what_is_refused():
    with pytest.raises(ValueError, match="head_dim must be even, not 3"):
        RotaryEmbedding(3)
    with pytest.raises(ValueError, match="must be of kind 'linear', 'llama3' or 'yarn', not 'dynamic'"):
        RotaryEmbedding(4, scaling={"kind": "dynamic"})
