import keras
import numpy as np
import tensorflow as tf
from langzoo.layers.embeddings import TokenEmbedding
from langzoo.layers.heads import LanguageModelHead

from tests.checks.layer import check_layer

HIDDEN = np.random.default_rng(1).normal(size=(2, 3, 4)).astype(np.float32)
TARGETS = np.array([[0, 6, 2], [5, 5, 1]])


def make_head(tied=False, **kwargs):
    embedding = TokenEmbedding(7, 4, initializer="random_normal", **kwargs) if tied else None
    if embedding:
        embedding.build((None, None))
    head = LanguageModelHead(7, token_embedding=embedding, **kwargs)
    head.build((None, None, 4))
    head.bias.assign(np.linspace(-1, 1, 7))
    return head


def test_contract():
    # Logits are float32 under every policy.
    check_layer(lambda: LanguageModelHead(7), HIDDEN, mixed_precision=False)


def test_logits_are_a_product_and_a_bias():
    for head, matrix in (
        (h := make_head(), h.kernel),
        (t := make_head(tied=True), tf.transpose(t.token_embedding.embeddings)),
    ):
        np.testing.assert_allclose(
            head(HIDDEN), HIDDEN @ np.asarray(matrix) + np.linspace(-1, 1, 7), rtol=1e-5, atol=1e-6
        )


def test_negative_log_likelihood_is_that_of_the_logits():
    for tied in (False, True):
        head = make_head(tied)
        expected = -tf.gather(tf.nn.log_softmax(head(HIDDEN)), TARGETS, batch_dims=2)
        np.testing.assert_allclose(head.negative_log_likelihood(tf.constant(HIDDEN), TARGETS), expected, rtol=1e-5)


def test_a_tied_head_has_a_bias_of_its_own_and_shares_the_matrix():
    head = make_head(tied=True)
    assert head.count_params() == 7 * 4 + 7 and len(head.weights) == 2
    before = head(HIDDEN).numpy()
    head.token_embedding.embeddings.assign(head.token_embedding.embeddings * 2)
    bias = np.linspace(-1, 1, 7)
    np.testing.assert_allclose(head(HIDDEN) - bias, 2 * (before - bias), rtol=1e-4, atol=1e-5)


def test_the_gradient_of_both_uses_reaches_the_shared_matrix():
    """By finite differences of the loss as a function of the matrix that is looked up and that scores."""
    head = make_head(tied=True, dtype="float64")
    embedding, tokens = head.token_embedding, np.array([[1, 2, 3], [4, 5, 6]])

    def loss():
        return tf.reduce_sum(head.negative_log_likelihood(embedding(tokens), TARGETS))

    with tf.GradientTape() as tape:
        value = loss()
    gradient = tf.convert_to_tensor(tape.gradient(value, embedding.embeddings.value)).numpy()
    start = embedding.embeddings.numpy()
    for row, column in ((0, 0), (2, 1), (6, 3)):
        values = []
        for shift in (1e-2, -1e-2):
            moved = start.copy()
            moved[row, column] += shift
            embedding.embeddings.assign(moved)
            values.append(float(loss()))
        np.testing.assert_allclose(gradient[row, column], (values[0] - values[1]) / 2e-2, rtol=1e-2, atol=1e-3)


def test_mixed_precision_gives_float32():
    for policy in ("mixed_bfloat16", "mixed_float16"):
        head = make_head(dtype=policy)
        assert head(HIDDEN).dtype == tf.float32 and head.kernel.dtype == "float32"
        losses = head.negative_log_likelihood(tf.constant(HIDDEN), TARGETS)
        assert losses.dtype == tf.float32 and np.isfinite(losses).all()


def test_initializer_survives_the_configuration():
    head = LanguageModelHead(7, kernel_initializer=keras.initializers.RandomUniform(-0.25, 0.25))
    twin = LanguageModelHead.from_config(head.get_config())
    twin.build((None, None, 400))
    assert 0.2 < np.abs(twin.kernel.numpy()).max() <= 0.25
