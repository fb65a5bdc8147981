import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.dense import Dense

from tests.checks.layer import check_layer


def twins(**options):
    """Ours and Keras' own, with the same weights."""
    ours, keras_own = Dense(5, bias_initializer="normal", **options), keras.layers.Dense(5, **options)
    for layer in (ours, keras_own):
        layer.build((None, 3))
    keras_own.set_weights(ours.get_weights())
    return ours, keras_own


def test_contract():
    check_layer(lambda: Dense(4, activation="tanh"), np.ones((2, 3, 5), np.float32))


@pytest.mark.parametrize("shape", [(2, 3), (2, 4, 3), (1, 1, 3), (2, 2, 4, 3), (0, 4, 3)])
@pytest.mark.parametrize("options", [{}, {"use_bias": False}, {"activation": "gelu"}, {"dtype": "mixed_float16"}])
def test_it_is_keras_dense(shape, options):
    ours, keras_own = twins(**options)
    x = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    mine, expected = ours(x), keras_own(x)
    assert mine.dtype == expected.dtype
    tolerance = 2e-3 if "dtype" in options else 1e-6
    np.testing.assert_allclose(mine.numpy(), expected.numpy(), atol=tolerance)


@pytest.mark.parametrize(
    ("known", "static"),
    [((None, 4, 3), (None, 4, 5)), ((1, None, 3), (1, None, 5)), ((None, None, 3), (None, None, 5))],
)
def test_sizes_that_are_open_when_the_graph_is_made(known, static):
    ours, keras_own = twins()
    x = tf.random.normal((1, 4, 3))
    graph = tf.function(ours, input_signature=[tf.TensorSpec(known)])
    assert graph.get_concrete_function().output_shapes == tf.TensorShape(static)
    np.testing.assert_allclose(graph(x).numpy(), keras_own(x).numpy(), atol=1e-6)


def test_low_rank_updates_of_keras_count():
    ours, _ = twins()
    ours.enable_lora(2)
    ours.lora_kernel_b.assign(tf.ones_like(ours.lora_kernel_b))
    x = tf.ones((2, 4, 3))
    expected = tf.tensordot(x, ours.kernel, axes=1) + ours.bias
    np.testing.assert_allclose(ours(x).numpy(), expected.numpy(), atol=1e-6)
    assert np.abs(ours.kernel.numpy() - ours._kernel.numpy()).max() > 0.01
