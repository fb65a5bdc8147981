import numpy as np
import tensorflow as tf
from langzoo import zoo


def test_equals_numpy():
    """y = b + W x + U tanh(d + H x), x the vectors of the last three words, zeros before the first."""
    model = zoo.create("nnlm_tiny", vocabulary_size=9, order=4, embedding_dim=2, hidden_dim=3, direct_connections=True)
    random = np.random.default_rng(1)
    for weight in model.weights:
        weight.assign(random.normal(size=weight.shape))
    vectors, big_h, d, kernel, b = (weight.numpy() for weight in model.weights)
    ids = [5, 2, 7, 7, 1]
    for t, logits in enumerate(model({"token_ids": tf.constant([ids])})["logits"][0]):
        window = [np.zeros(2)] * max(2 - t, 0) + [vectors[i] for i in ids[max(t - 2, 0) : t + 1]]
        x = np.concatenate(window)
        expected = b + x @ kernel[3:] + np.tanh(d + x @ big_h) @ kernel[:3]
        np.testing.assert_allclose(logits, expected, atol=1e-5)


def test_the_number_of_weights_is_the_papers():
    """V (1 + n m + h) + h (1 + (n - 1) m), section 2."""
    config = zoo.named_model("nnlm_bengio").config
    v, n, m, h = config.vocabulary_size, config.order, config.embedding_dim, config.hidden_dim
    assert config.parameter_count() == v * (1 + n * m + h) + h * (1 + (n - 1) * m)


def test_nothing_beyond_the_window_counts():
    model = zoo.create("nnlm_tiny", vocabulary_size=9)
    last = [model({"token_ids": tf.constant([[first, 3, 4]])})["logits"][0, -1] for first in (1, 2)]
    np.testing.assert_array_equal(*last)
