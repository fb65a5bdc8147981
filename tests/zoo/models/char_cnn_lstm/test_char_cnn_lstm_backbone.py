import numpy as np
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.text import WordTokenizer

WORDS = ["<unk>", "<eos>", "cat", "猫", "extraordinarily"]
SIZES = {"character_dim": 2, "filters": ((1, 2), (2, 3)), "hidden_dim": 4, "max_word_length": 8}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def make():
    model = zoo.create("char_cnn_lstm_tiny", tokenizer=WordTokenizer(WORDS), **SIZES)
    random = np.random.default_rng(1)
    for weight in model.trainable_weights:
        weight.assign(random.normal(size=weight.shape))
    return model


def test_words_are_spelled_from_the_tokenizer():
    table = make().backbone.spelling.characters.numpy()
    byte = lambda text: [3 + each for each in text.encode()]  # noqa: E731
    assert table[2].tolist() == [1, *byte("cat"), 2, 0, 0, 0]
    assert table[3].tolist() == [1, *byte("猫"), 2, 0, 0, 0]
    assert table[4].tolist() == [1, *byte("extrao"), 2]


def test_a_words_vector_equals_numpy():
    """tanh filters, the greatest over the windows that start in the word, one highway of ReLU."""
    backbone = make().backbone
    encoder = backbone.spelling.character_encoder
    letters = encoder.embedding.embeddings.numpy()
    for word in (2, 4):
        ids = backbone.spelling.characters.numpy()[word]
        x = np.vstack([letters[ids] * (ids > 0)[:, None], np.zeros((2, 2))])
        pooled = []
        for convolution in encoder.convolutions:
            kernel, bias = convolution.kernel.numpy(), convolution.bias.numpy()
            windows = [np.tensordot(x[i : i + len(kernel)], kernel, 2) + bias for i in range((ids > 0).sum())]
            pooled.append(np.tanh(windows).max(axis=0))
        y = np.concatenate(pooled)
        expected = highway(encoder.highways[0], y)
        found = encoder(tf.constant(ids[None, None]))[0, 0]
        np.testing.assert_allclose(found, expected, atol=1e-5)


def highway(layer, y):
    """t * ReLU(W y + b) + (1 - t) * y."""
    products = [(y @ dense.kernel.numpy() + dense.bias.numpy()) for dense in (layer.gate, layer.transform)]
    gate = sigmoid(products[0])
    return gate * np.maximum(products[1], 0) + (1 - gate) * y


def test_the_small_model_has_the_papers_size():
    config = zoo.named_model("char_cnn_lstm_small").config
    assert config.word_dim == 525  # table 2: 25 w filters of each width to 6
    assert 5_000_000 < config.parameter_count() - 10_000 * 24 < 5_500_000  # table 3: 5m, with fewer characters
