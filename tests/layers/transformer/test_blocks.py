import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers import CrossAttention, FeedForward, PostNormBlock, PreNormBlock, SelfAttention
from langzoo.layers.transformer import QueryBlock

from tests.checks.layer import check_layer

X = np.random.default_rng(3).normal(size=(2, 4, 8)).astype(np.float32)


def parts(across=False, count=2):
    return {
        "attention": SelfAttention(2, name="attention"),
        "feed_forward": FeedForward(16, name="feed_forward"),
        "norms": [keras.layers.LayerNormalization(name=f"norm_{i}") for i in range(count)],
        "cross_attention": CrossAttention(2, name="cross_attention") if across else None,
    }


WEIGHTS = {"return_attention_weights": True}


@pytest.mark.parametrize("kind", [PreNormBlock, PostNormBlock])
def test_contract(kind):
    check_layer(
        lambda: kind(**parts()),
        X,
        always_float32=("attention_weights",),
        call_kwargs={"return_attention_weights": True},
    )


def test_where_the_norms_stand():
    pre, post = PreNormBlock(**parts()), PostNormBlock(**parts())
    for block in (pre, post):
        block(X)
        for weight in block.norms[0].weights:
            weight.assign(np.random.default_rng(0).normal(size=weight.shape))
    x = pre.norms[0](X)
    x = X + pre.attention(x)["outputs"]
    np.testing.assert_allclose(pre(X)["outputs"], x + pre.feed_forward(pre.norms[1](x)), atol=1e-5)
    x = post.norms[0](X + post.attention(X)["outputs"])
    np.testing.assert_allclose(post(X)["outputs"], post.norms[1](x + post.feed_forward(x)), atol=1e-5)


def test_the_context_comes_between():
    block = PreNormBlock(**parts(across=True, count=3))
    block.build((None, None, 8))
    keys, values = block.cross_attention.project(X[:, :3])
    out = block(X, context_keys=keys, context_values=values, return_attention_weights=True)
    x = X + block.attention(block.norms[0](X))["outputs"]
    x = x + block.cross_attention(block.norms[1](x), keys, values)["outputs"]
    np.testing.assert_allclose(out["outputs"], x + block.feed_forward(block.norms[2](x)), atol=1e-5)
    assert out["cross_attention_weights"].shape == (2, 2, 4, 3)
    assert set(block(X, context_keys=keys, context_values=values)) == {"outputs", "keys", "values"}


def test_branches_are_dropped_in_training():
    block = PreNormBlock(**parts(), dropout=1.0 - 1e-7)
    np.testing.assert_allclose(block(X, training=True)["outputs"], X, atol=1e-5)
    assert np.abs(block(X)["outputs"] - X).max() > 1e-2


def test_a_norm_for_every_part():
    with pytest.raises(ValueError, match="PreNormBlock: norms must be 3, one for each part, not 2"):
        PreNormBlock(**parts(across=True))


def test_a_query_block_asks_with_what_it_is_given():
    norms = parts()["norms"]
    block = QueryBlock(CrossAttention(2, name="attention"), FeedForward(16, name="feed_forward"), norms=norms)
    queries = tf.random.stateless_normal((2, 4, 8), (1, 2))
    out = block(X, queries=queries)
    keys, values = block.attention.project(norms[0](X))
    x = X + block.attention(queries, keys, values)["outputs"]
    np.testing.assert_allclose(out["outputs"], x + block.feed_forward(norms[1](x)), atol=1e-5)
    np.testing.assert_array_equal(out["keys"], keys)
    twin = QueryBlock.from_config(block.get_config())
    twin(X, queries=queries)
    twin.set_weights(block.get_weights())
    np.testing.assert_allclose(twin(X, queries=queries)["outputs"], out["outputs"], atol=1e-6)
