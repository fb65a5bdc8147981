import numpy as np
from langzoo.layers.embeddings import Highway

from tests.checks.layer import check_layer

X = np.random.default_rng(0).normal(size=(2, 3, 4)).astype(np.float32)


def test_contract_and_equation():
    layer, y = check_layer(lambda: Highway(activation="tanh", gate_bias=0.5), X)
    w, b, w_gate, b_gate = layer.get_weights()
    np.testing.assert_array_equal(b_gate, [0.5] * 4)
    gate = 1 / (1 + np.exp(-(X @ w_gate + b_gate)))
    np.testing.assert_allclose(y, gate * np.tanh(X @ w + b) + (1 - gate) * X, atol=1e-5)


def test_a_low_gate_bias_lets_the_input_pass():
    np.testing.assert_allclose(Highway(gate_bias=-30.0)(X), X, atol=1e-5)
