import numpy as np
import pytest
from langzoo.layers import CrossAttention
from langzoo.layers.masks import padding_bias

from .plain_attention import attend
from .test_self_attention import split

RNG = np.random.default_rng(2)
X, CONTEXT = RNG.normal(size=(2, 3, 8)).astype(np.float32), RNG.normal(size=(2, 5, 6)).astype(np.float32)
MASK = np.array([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0]], bool)


@pytest.fixture
def layer():
    layer = CrossAttention(2, head_dim=3, context_dim=6, scale=0.8)
    layer.build((None, None, 8))
    return layer


def test_against_loops(layer):
    keys, values = layer.project(CONTEXT)
    out = layer(X, keys, values, bias=padding_bias(MASK), return_attention_weights=True)
    fused = CONTEXT @ layer.key_value.kernel.numpy()
    queries = split(X @ layer.query.kernel.numpy(), 2)
    bias = np.where(MASK, 0, -1e9)[:, None, None]
    outputs, weights = attend(queries, split(fused[..., :6], 2), split(fused[..., 6:], 2), scale=0.8, bias=bias)
    joined = outputs.transpose(0, 2, 1, 3).reshape(2, 3, 6)
    np.testing.assert_allclose(out["outputs"], joined @ layer.output_projection.kernel.numpy(), atol=1e-5)
    np.testing.assert_allclose(out["attention_weights"], weights, atol=1e-6)
    assert not out["attention_weights"].numpy()[1, :, :, 2:].any()


def test_keys_in_front_are_seen_too(layer):
    keys, values = layer.project(CONTEXT)
    whole = layer(X, keys, values)
    parts = layer(X, keys[:, :, 2:], values[:, :, 2:], past=(keys[:, :, :2], values[:, :, :2]))
    np.testing.assert_allclose(parts["outputs"], whole["outputs"], atol=1e-6)


def test_a_twin_from_its_configuration(layer):
    twin = CrossAttention.from_config(layer.get_config())
    twin.build((None, None, 8))
    assert twin.get_config() == layer.get_config()
    assert [w.shape for w in twin.weights] == [w.shape for w in layer.weights]
