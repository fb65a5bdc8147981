import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.embeddings import SinusoidalPositionEncoding

from tests.checks.layer import check_layer


def expected_encoding(positions, width, max_wavelength):
    """The equation of Vaswani et al., one number at a time, in float64."""
    table = np.zeros((*np.shape(positions), width))
    for at, p in np.ndenumerate(positions):
        for d in range(width):
            angle = p / max_wavelength ** (2 * (d // 2) / width)
            table[at][d] = np.sin(angle) if d % 2 == 0 else np.cos(angle)
    return table


def test_contract():
    check_layer(SinusoidalPositionEncoding, np.zeros((2, 3, 4), np.float32), batch_independent=False)


@pytest.mark.parametrize("width", [1, 2, 5, 8])
@pytest.mark.parametrize("start", [0, 7, np.array([0, 1000])])
@pytest.mark.parametrize("max_wavelength", [10000, 50.0])
def test_equals_the_paper(width, start, max_wavelength):
    layer = SinusoidalPositionEncoding(max_wavelength=max_wavelength)
    positions = np.asarray(start)[..., np.newaxis] + np.arange(6)
    expected = expected_encoding(positions, width, max_wavelength)
    np.testing.assert_allclose(layer(np.zeros((2, 6, width), np.float32), start_index=start), expected, atol=1e-4)


def test_bfloat16_tells_positions_apart():
    layer = SinusoidalPositionEncoding(dtype="bfloat16")
    rows = tf.cast(layer(np.zeros((1, 2, 8)), start_index=256), tf.float32)
    np.testing.assert_allclose(rows, expected_encoding(np.array([256, 257]), 8, 10000), atol=5e-3)


def test_length_may_be_unknown_when_tracing():
    layer = SinusoidalPositionEncoding()
    traced = tf.function(lambda x, s: layer(x, start_index=s))
    concrete = traced.get_concrete_function(tf.TensorSpec((None, None, 4)), tf.TensorSpec((), tf.int32))
    assert concrete.structured_outputs.shape.as_list() == [None, 4]
    np.testing.assert_array_equal(
        concrete(tf.zeros((1, 3, 4)), tf.constant(2)), layer(tf.zeros((1, 3, 4)), start_index=2)
    )


@pytest.mark.parametrize("value", [0, -1.0, float("inf"), float("nan")])
def test_max_wavelength_is_checked(value):
    with pytest.raises(ValueError, match=f"max_wavelength must be above 0 and finite, not {value}"):
        SinusoidalPositionEncoding(max_wavelength=value)
