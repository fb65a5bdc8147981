import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers import TrigramTable
from langzoo.layers.probabilistic import count_sparse_ngrams
from langzoo.layers.probabilistic.trigram_table import context_keys

V, ALPHA = 9, 0.3
TEXT = np.random.default_rng(4).choice(V, 300, p=np.arange(1, V + 1) / 45)


def rows():
    keys = context_keys(TEXT[:-2] + 1, TEXT[1:-1], V)
    half = len(keys) // 2
    chunks = [(keys[:half], TEXT[2 : half + 2]), (keys[half:], TEXT[half + 2 :])]
    return count_sparse_ngrams(chunks, V, context_keys=(V + 1) * V)


def table():
    found = rows()
    made = TrigramTable(V, num_contexts=len(found[0]), num_trigrams=len(found[2]), pseudo_count=ALPHA)
    made.set_counts(*found)
    return made


def expected():
    """p (V, V, V) by a dense table, which a real vocabulary has no room for."""
    counts = np.zeros((V, V, V))
    np.add.at(counts, (TEXT[:-2], TEXT[1:-1], TEXT[2:]), 1)
    return (counts + ALPHA) / (counts.sum(-1, keepdims=True) + ALPHA * V)


def every_context():
    first, second = np.meshgrid(np.arange(V), np.arange(V), indexing="ij")
    return context_keys(first + 1, second, V)


@pytest.mark.parametrize("compiled", [False, True])
def test_probabilities_are_those_of_a_dense_table(compiled):
    made = table()
    call = tf.function(made, jit_compile=compiled)
    np.testing.assert_allclose(tf.exp(call(tf.constant(every_context()))), expected(), rtol=1e-5)
    assert made.num_contexts < V * V  # some contexts never occur


def test_losses_are_those_of_a_dense_table():
    made, p = table(), expected()
    for word in range(V):
        found = made.negative_log_likelihood(every_context(), np.full((V, V), word))
        np.testing.assert_allclose(found, -np.log(p[:, :, word]), rtol=1e-6)


def test_a_large_vocabulary_takes_the_room_of_what_occurs():
    size = 1_000_000
    keys = context_keys(np.array([size, 1]), np.array([size - 1, 0]), size)
    found = count_sparse_ngrams([(keys, np.array([size - 1, 5]))], size, context_keys=(size + 1) * size)
    made = TrigramTable(size, num_contexts=2, num_trigrams=2)
    made.set_counts(*found)
    losses = made.negative_log_likelihood(tf.constant(keys), tf.constant([size - 1, 6]))
    np.testing.assert_allclose(losses, -np.log([2 / (1 + size), 1 / (1 + size)]), rtol=1e-6)
    assert sum(int(np.prod(weight.shape)) for weight in made.weights) == 2 + 3 + 2 + 2 + 2


def test_without_counts_every_word_is_as_likely():
    made = TrigramTable(V)
    np.testing.assert_allclose(tf.exp(made(tf.constant([[3]], tf.int64))), np.full((1, 1, V), 1 / V), rtol=1e-6)
    losses = made.negative_log_likelihood(tf.constant([[3]], tf.int64), tf.constant([[1]]))
    np.testing.assert_allclose(losses, [[np.log(V)]], rtol=1e-6)


def test_it_is_rebuilt_from_its_configuration():
    made = table()
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(made))
    assert [weight.shape for weight in again.weights] == [weight.shape for weight in made.weights]


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda k, r, c, n: (k[::-1], r, c, n), "keys must rise"),
        (lambda k, r, c, n: (k, r, c + V, n), r"lie in \[0, 9\)"),
        (lambda k, r, c, n: (k, r, c, n * 0), "counts must be at least 1"),
        (lambda k, r, c, n: (k, r + 1, c, n), "row_starts must rise from 0"),
        (lambda k, r, c, n: (k[1:], r, c, n), "keys must be integers of shape"),
        (lambda k, r, c, n: (k, r, c, n * 1.0), "counts must be integers of shape"),
    ],
)
def test_counts_are_checked(change, message):
    with pytest.raises(ValueError, match=message):
        table().set_counts(*change(*rows()))


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"num_contexts": 2, "num_trigrams": 1}, "contexts <= trigrams"),
        ({"num_contexts": 0, "num_trigrams": 1}, "contexts <= trigrams"),
        ({"pseudo_count": 0.0}, "pseudo_count must be above 0"),
    ],
)
def test_arguments_are_checked(arguments, message):
    with pytest.raises(ValueError, match=message):
        TrigramTable(V, **arguments)


def test_keys_that_do_not_fit_into_63_bits():
    with pytest.raises(ValueError, match="need over 63 bits"):
        count_sparse_ngrams([], 2**22, context_keys=2**44)
