import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.embeddings import CharacterEncoder

from tests.checks.layer import check_layer

FILTERS = ((1, 3), (2, 4), (5, 2))
WORDS = np.array([[[5, 9, 1, 0], [2, 0, 0, 0]], [[3, 3, 3, 3], [0, 0, 0, 0]]], np.int32)


def make(**kwargs):
    return CharacterEncoder(12, 6, **{"filters": FILTERS, "embedding_dim": 3, **kwargs})


def expected_vector(encoder, word):
    """One word, by loops."""
    characters = encoder.embedding.get_weights()[0]
    letters = [characters[i] for i in word if i]
    features = []
    for (width, number), convolution in zip(encoder.filters, encoder.convolutions, strict=True):
        kernel, bias = convolution.get_weights()
        padded = np.array(letters + [np.zeros(encoder.embedding_dim)] * (width - 1)).reshape(-1, encoder.embedding_dim)
        for f in range(number):
            values = [
                np.tanh(bias[f] + np.sum(padded[start : start + width] * kernel[:, :, f]))
                for start in range(len(letters))
            ]
            features.append(max(values, default=0.0))
    x = np.array(features)
    for highway in encoder.highways:
        w, b, w_gate, b_gate = highway.get_weights()
        gate = 1 / (1 + np.exp(-(x @ w_gate + b_gate)))
        x = gate * np.tanh(x @ w + b) + (1 - gate) * x
    kernel, bias = encoder.projection.get_weights()
    return x @ kernel + bias


def test_contract():
    check_layer(make, WORDS)


@pytest.mark.parametrize("num_highway_layers", [0, 2])
def test_equals_plain_loops(num_highway_layers):
    encoder = make(activation="tanh", num_highway_layers=num_highway_layers)
    encoder(WORDS)
    rng = np.random.default_rng(1)
    encoder.set_weights([rng.normal(size=w.shape) for w in encoder.weights])
    expected = [[expected_vector(encoder, word) for word in row] for row in WORDS]
    np.testing.assert_allclose(encoder(WORDS), expected, atol=1e-5)


@pytest.mark.parametrize("extra", [1, 7])
def test_padding_characters_change_nothing(extra):
    encoder = make()
    # A bias and a padding row that would show if a window of padding were ever the largest.
    encoder(WORDS)
    encoder.set_weights([np.abs(w) + 0.5 for w in encoder.get_weights()])
    longer = np.pad(WORDS, ((0, 0), (0, 0), (0, extra)))
    np.testing.assert_allclose(encoder(longer), encoder(WORDS), rtol=1e-6)


def test_the_order_of_characters_counts():
    encoder = make()
    a, b = (encoder(np.array([[word]])).numpy() for word in ([5, 9, 1], [9, 5, 1]))
    assert np.abs(a - b).max() > 1e-4


def test_all_dimensions_but_the_last_may_be_unknown():
    encoder = make()
    encoder(WORDS)
    traced = tf.function(encoder, input_signature=[tf.TensorSpec((None, None, None), tf.int32)])
    assert traced.get_concrete_function().structured_outputs.shape.as_list() == [None, None, 6]
    np.testing.assert_allclose(traced(WORDS), encoder(WORDS), atol=1e-6)
    assert traced(WORDS[:, :0]).shape == (2, 0, 6)


def test_the_default_is_elmos():
    encoder = CharacterEncoder(262, 512)
    encoder.build((None, None, 50))
    convolutions = sum(width * 16 * number + number for width, number in encoder.filters)
    assert encoder.count_params() == 262 * 16 + convolutions + 2 * (2048 * 2048 + 2048) + 2048 * 512 + 512


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"filters": ()}, "filters must be pairs"),
        ({"filters": ((1, 2, 3),)}, "filters must be pairs"),
        ({"filters": ((0, 2),)}, "each at least 1"),
        ({"embedding_dim": 0}, "embedding_dim must be at least 1, not 0"),
        ({"num_highway_layers": -1}, "num_highway_layers must be at least 0, not -1"),
    ],
)
def test_arguments_are_checked(wrong, message):
    with pytest.raises(ValueError, match=message):
        make(**wrong)
