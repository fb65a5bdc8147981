import numpy as np
import pytest
from langzoo.layers.attention import scaled_dot_product

from .plain_attention import attend

RNG = np.random.default_rng(0)


def normal(*shape):
    return RNG.normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("key_heads", [1, 2, 4])
@pytest.mark.parametrize("earlier", [0, 3])
def test_grouped_queries_with_a_past_against_loops(key_heads, earlier):
    queries, keys, values = normal(2, 4, 5, 3), normal(2, key_heads, 8, 3), normal(2, key_heads, 8, 3)
    bias = normal(2, 1, 5, 8)
    past = (keys[:, :, :earlier], values[:, :, :earlier]) if earlier else None
    outputs, weights = scaled_dot_product(
        queries, keys[:, :, earlier:], values[:, :, earlier:], scale=0.7, bias=bias, past=past
    )
    expected = attend(queries, keys, values, scale=0.7, bias=bias)
    np.testing.assert_allclose(outputs, expected[0], atol=1e-5)
    np.testing.assert_allclose(weights, expected[1], atol=1e-6)


def test_dropped_weights_meet_the_values_and_the_others_are_told():
    x = normal(1, 1, 2, 2)
    outputs, weights = scaled_dot_product(x, x, x, scale=1.0, drop=lambda weights: 0 * weights)
    assert not outputs.numpy().any()
    np.testing.assert_allclose(weights.numpy().sum(-1), 1, atol=1e-6)
