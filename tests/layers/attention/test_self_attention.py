import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers import SelfAttention
from langzoo.layers.attention import RotaryEmbedding
from langzoo.layers.masks import attention_bias, causal_mask

from tests.checks.layer import check_layer

from .plain_attention import attend

X = np.random.default_rng(1).normal(size=(2, 5, 8)).astype(np.float32)
CAUSAL = attention_bias(causal_mask(tf.range(5), tf.range(5)))[tf.newaxis, tf.newaxis]

WEIGHTS = {"return_attention_weights": True}


@pytest.mark.parametrize("options", [{}, {"num_key_value_heads": 2, "head_dim": 6, "use_bias": False, "scale": 1.0}])
def test_contract(options):
    check_layer(
        lambda: SelfAttention(4, **options),
        X,
        always_float32=("attention_weights",),
        call_kwargs={"return_attention_weights": True},
    )


def split(x, heads):
    return x.reshape(*x.shape[:2], heads, -1).transpose(0, 2, 1, 3)


def test_against_loops():
    layer = SelfAttention(4, num_key_value_heads=2, kernel_initializer=keras.initializers.RandomNormal(stddev=0.5))
    out = layer(X, bias=CAUSAL, return_attention_weights=True)
    fused = X @ layer.query_key_value.kernel.numpy() + layer.query_key_value.bias.numpy()  # (2, 5, 8 + 4 + 4)
    queries, keys, values = split(fused[..., :8], 4), split(fused[..., 8:12], 2), split(fused[..., 12:], 2)
    outputs, weights = attend(queries, keys, values, scale=2**-0.5, bias=CAUSAL.numpy())
    joined = outputs.transpose(0, 2, 1, 3).reshape(2, 5, 8)
    np.testing.assert_allclose(out["outputs"], joined @ layer.output_projection.kernel.numpy(), atol=1e-5)
    np.testing.assert_allclose(out["attention_weights"], weights, atol=1e-6)
    np.testing.assert_allclose(out["keys"], keys, atol=1e-6)
    np.testing.assert_allclose(out["values"], values, atol=1e-6)


def test_read_in_two_parts_with_rotation():
    layer, rotary = SelfAttention(4), RotaryEmbedding(2)
    whole = layer(X, bias=CAUSAL, rotation=rotary(tf.range(5)))
    first = layer(X[:, :3], bias=CAUSAL[..., :3, :3], rotation=rotary(tf.range(3)))
    past = (first["keys"], first["values"])
    second = layer(X[:, 3:], bias=CAUSAL[..., 3:, :], past=past, rotation=rotary(tf.range(3, 5)))
    parts = np.concatenate([first["outputs"], second["outputs"]], axis=1)
    np.testing.assert_allclose(parts, whole["outputs"], atol=1e-5)


def test_weights_are_dropped_in_training_alone():
    layer = SelfAttention(4, dropout=0.5)
    still = [layer(X)["outputs"].numpy() for _ in range(2)]
    moving = [layer(X, training=True)["outputs"].numpy() for _ in range(2)]
    np.testing.assert_array_equal(*still)
    assert np.abs(moving[0] - moving[1]).max() > 1e-3


def test_the_two_matrices_start_apart():
    layer = SelfAttention(2, kernel_initializer="orthogonal")
    layer.build((None, None, 4))
    columns = layer.query_key_value.kernel.numpy()[:, :4]
    assert np.abs(columns - layer.output_projection.kernel.numpy()).max() > 1e-3


def test_heads_that_do_not_fit():
    with pytest.raises(ValueError, match="num_key_value_heads must divide num_heads 4, not 3"):
        SelfAttention(4, num_key_value_heads=3)
    with pytest.raises(ValueError, match="num_heads must divide the width 8, not 3"):
        SelfAttention(3).build((None, None, 8))
