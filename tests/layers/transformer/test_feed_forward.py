import numpy as np
import pytest
from langzoo.layers import FeedForward, GatedFeedForward

from tests.checks.layer import check_layer

X = np.random.default_rng(4).normal(size=(2, 3, 4)).astype(np.float32)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def test_contract():
    check_layer(lambda: FeedForward(6, activation="gelu"), X)
    check_layer(lambda: GatedFeedForward(6), X)


def test_formulas():
    layer = FeedForward(6, activation="relu", use_bias=False)
    found = layer(X)
    expected = np.maximum(X @ layer.intermediate.kernel.numpy(), 0) @ layer.output_projection.kernel.numpy()
    np.testing.assert_allclose(found, expected, atol=1e-6)
    layer = GatedFeedForward(6)  # SwiGLU
    found = layer(X)
    gate, up = np.split(X @ layer.intermediate.kernel.numpy(), 2, axis=-1)
    np.testing.assert_allclose(found, (gate * sigmoid(gate) * up) @ layer.output_projection.kernel.numpy(), atol=1e-6)


def test_an_unknown_activation():
    with pytest.raises(ValueError, match=r"unknown activation 'gleu'.*gelu"):
        FeedForward(6, activation="gleu")
