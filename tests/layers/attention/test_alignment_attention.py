import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.attention import AlignmentAttention

RNG = np.random.default_rng(3)
QUERIES, VALUES = RNG.normal(size=(2, 3, 4)).astype(np.float32), RNG.normal(size=(2, 5, 4)).astype(np.float32)
MASK = np.array([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0]], bool)


def scored(layer, query, value):
    """Luong et al. 2015, equation 8, and Bahdanau et al. 2015, section 3.1: of one state and one vector."""
    if layer.score == "dot":
        return query @ value
    if layer.score == "general":
        return query @ (value @ layer.key.kernel.numpy())
    inner = query @ layer.query.kernel.numpy() + value @ layer.key.kernel.numpy()
    return np.tanh(inner) @ layer.energy.kernel.numpy()[:, 0]


@pytest.mark.parametrize("score", ["dot", "general", "additive"])
def test_against_loops(score):
    layer = AlignmentAttention(score)
    layer.build((None, None, 4), (None, None, 4))
    found = layer(QUERIES, layer.project(tf.constant(VALUES)), VALUES, MASK)
    for row, query in np.ndindex(2, 3):
        seen = [i for i in range(5) if MASK[row, i]]
        scores = np.array([scored(layer, QUERIES[row, query], VALUES[row, i]) for i in seen])
        weights = np.exp(scores) / np.exp(scores).sum()
        shown = found["attention_weights"][row, query].numpy()
        np.testing.assert_allclose(shown[seen], weights, atol=1e-6)
        assert shown.sum() == pytest.approx(1, abs=1e-6) and not shown[~MASK[row]].any()
        np.testing.assert_allclose(found["outputs"][row, query], weights @ VALUES[row, seen], atol=1e-6)


def test_a_twin_from_its_configuration():
    layer = AlignmentAttention("additive", kernel_initializer="zeros")
    twin = AlignmentAttention.from_config(layer.get_config())
    twin.build((None, None, 4), (None, None, 6))
    assert twin.get_config() == layer.get_config() and [w.shape for w in twin.weights] == [(6, 4), (4, 4), (4, 1)]
    with pytest.raises(ValueError, match="score must be one of dot, general, additive, not 'cosine'"):
        AlignmentAttention("cosine")
