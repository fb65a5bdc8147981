import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.embeddings import TokenEmbedding

from tests.checks.layer import check_layer

IDS = np.array([[1, 0, 6], [5, 5, 2]], np.int32)


def test_contract():
    check_layer(lambda: TokenEmbedding(7, 4, initializer="glorot_normal"), IDS)


@pytest.mark.parametrize("tie_output", [True, False])
def test_forward_looks_up_and_reverse_projects(tie_output):
    embedding = TokenEmbedding(7, 4, tie_output=tie_output)
    x = embedding(IDS)
    np.testing.assert_array_equal(x, embedding.get_weights()[0][IDS])
    kernel = embedding.get_weights()[0].T if tie_output else embedding.get_weights()[1]
    assert kernel.shape == (4, 7) and len(embedding.weights) == (1 if tie_output else 2)
    np.testing.assert_allclose(embedding(x, reverse=True), x.numpy() @ kernel, atol=1e-6)


def test_all_arguments_survive_the_config():
    embedding = TokenEmbedding(
        7, 4, initializer="zeros", tie_output=False, logits_dtype="float32", dtype="mixed_bfloat16"
    )
    twin = TokenEmbedding.from_config(embedding.get_config())
    assert twin.get_config() == embedding.get_config()
    assert (twin.vocabulary_size, twin.embedding_dim, twin.tie_weights) == (7, 4, False)
    assert isinstance(twin.embeddings_initializer, keras.initializers.Zeros)
    x = twin(IDS)
    assert x.dtype == tf.bfloat16 and twin(x, reverse=True).dtype == tf.float32


def test_an_id_beyond_the_vocabulary_is_refused():
    with pytest.raises(tf.errors.InvalidArgumentError):
        TokenEmbedding(7, 4)(np.array([[7]]))


@pytest.mark.parametrize("sizes", [(0, 4), (7, -1), (7.0, 4), (True, 4)])
def test_sizes_are_checked(sizes):
    with pytest.raises(ValueError, match=r"must be a positive int, not"):
        TokenEmbedding(*sizes)


def test_the_scale_is_on_the_way_in_alone():
    plain, scaled = TokenEmbedding(7, 4), TokenEmbedding(7, 4, scale=2.0)
    ids, x = np.array([[1, 6]]), np.ones((1, 2, 4), np.float32)
    for layer in (plain, scaled):
        layer(ids)
    scaled.set_weights(plain.get_weights())
    np.testing.assert_allclose(scaled(ids), 2 * plain(ids).numpy())
    np.testing.assert_array_equal(scaled(x, reverse=True), plain(x, reverse=True))
    assert TokenEmbedding.from_config(scaled.get_config()).scale == 2.0
