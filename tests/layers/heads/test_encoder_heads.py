import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers import (
    AttentionPooler,
    ClassificationHead,
    FirstTokenPooler,
    MaskedLanguageModelHead,
    NextSentenceHead,
    ReplacedTokenHead,
    TokenEmbedding,
)
from langzoo.layers.heads import max_pooling, mean_pooling

from tests.checks.layer import check_layer

HIDDEN = np.random.default_rng(5).normal(size=(2, 4, 6)).astype(np.float32)
MASK = np.array([[1, 1, 1, 1], [1, 1, 0, 0]], bool)


@pytest.mark.parametrize("make", [FirstTokenPooler, AttentionPooler])
def test_contract_of_poolers(make):
    check_layer(make, HIDDEN)


@pytest.mark.parametrize("make", [NextSentenceHead, ReplacedTokenHead])
def test_contract_of_heads(make):
    check_layer(make, HIDDEN, mixed_precision=False)


@pytest.mark.parametrize("activation", ["tanh", "relu", None])
def test_contract_of_classification(activation):
    check_layer(lambda: ClassificationHead(3, activation=activation), HIDDEN[:, 0], mixed_precision=False)


@pytest.fixture
def masked_head():
    embedding = TokenEmbedding(9, 5)
    embedding.build(None)
    return MaskedLanguageModelHead(9, token_embedding=embedding, activation="relu", norm_epsilon=1e-6), embedding


def test_only_the_masked_places_are_scored(masked_head):
    head, embedding = masked_head
    everywhere = head(HIDDEN).numpy()
    places = np.array([[3, 0], [1, 1]])
    np.testing.assert_allclose(head(HIDDEN, places), np.take_along_axis(everywhere, places[..., None], 1), atol=1e-5)
    x = np.maximum(HIDDEN @ head.transform.kernel.numpy(), 0)
    x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-6)
    np.testing.assert_allclose(everywhere, x @ embedding.embeddings.numpy().T, atol=1e-4)


def test_their_likelihood(masked_head):
    head, _ = masked_head
    places, targets = tf.constant([[3, 0], [1, 2]]), tf.constant([[8, 0], [4, 4]])
    expected = -tf.gather(tf.nn.log_softmax(head(HIDDEN, places)), targets, batch_dims=2)
    np.testing.assert_allclose(head.negative_log_likelihood(HIDDEN, targets, places), expected, atol=1e-5)


def test_the_matrix_must_be_given():
    with pytest.raises(ValueError, match="token_embedding must be given"):
        MaskedLanguageModelHead(9)


def test_padding_is_in_no_mean():
    pooled = mean_pooling(tf.constant(HIDDEN), tf.constant(MASK)).numpy()
    np.testing.assert_allclose(pooled, [HIDDEN[0].mean(0), HIDDEN[1, :2].mean(0)], atol=1e-6)
    layer = AttentionPooler()
    changed = np.where(MASK[..., None], HIDDEN, 7.0)
    np.testing.assert_allclose(layer(HIDDEN, MASK), layer(changed, MASK), atol=1e-6)
    np.testing.assert_allclose(layer(HIDDEN, MASK)[1], layer(HIDDEN[1:, :2])[0], atol=1e-6)
    assert not mean_pooling(tf.constant(HIDDEN), tf.zeros((2, 4), tf.bool)).numpy().any()


def test_the_maximum_of_no_tokens_is_zero():
    mask = tf.constant([[False, False], [True, False]])
    np.testing.assert_array_equal(max_pooling(-tf.ones((2, 2, 3)), mask), [[0.0] * 3, [-1.0] * 3])
