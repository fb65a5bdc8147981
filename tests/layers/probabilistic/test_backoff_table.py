import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.probabilistic import BackoffModel, BackoffTable, NgramTrie, longest_rows

V = 5
# 0 1, 0 4, 2 2, 3 0; then 0 1 3 and 3 0 1
TRIE = NgramTrie(V, [np.array([0, 0, 2, 3]), np.array([0, 3])], [np.array([1, 4, 2, 0]), np.array([3, 1])])
PROBABILITIES = [np.array([0.1, 0.3, 0.2, 0.2, 0.2]), np.array([0.5, 0.2, 0.9, 0.7]), np.array([0.6, 0.25])]
WEIGHTS = [np.array([0.6, 1, 0.125, 0.33, 1]), np.array([0.5, 1, 1, 0.9])]
MODEL = BackoffModel(TRIE, [np.log(each) for each in PROBABILITIES], [np.log(each) for each in WEIGHTS])
NGRAMS = [{(w,): p for w, p in enumerate(PROBABILITIES[0])}]
NGRAMS.append(dict(zip([(0, 1), (0, 4), (2, 2), (3, 0)], PROBABILITIES[1], strict=True)))
NGRAMS.append(dict(zip([(0, 1, 3), (3, 0, 1)], PROBABILITIES[2], strict=True)))
BACKOFFS = {(w,): weight for w, weight in enumerate(WEIGHTS[0])} | dict(zip(NGRAMS[1], WEIGHTS[1], strict=True))


def table():
    made = BackoffTable(V, num_ngrams=TRIE.sizes[1:], longest_rows=longest_rows(MODEL))
    made.set_model(MODEL)
    return made


def p(word, history):
    """Equation of Katz 1987, by dictionaries."""
    known = NGRAMS[len(history)].get((*history, word))
    return known if known is not None else BACKOFFS.get(history, 1.0) * p(word, history[1:])


def every_history():
    """All of two words, and of one and none; as windows and as tuples."""
    windows = [(a, b) for a in range(V + 1) for b in range(V + 1) if b or not a]
    return np.array(windows, np.int32), [tuple(word - 1 for word in window if word) for window in windows]


@pytest.mark.parametrize("compiled", [False, True])
def test_every_word_after_every_history(compiled):
    windows, histories = every_history()
    found = tf.exp(tf.function(table(), jit_compile=compiled)(windows)).numpy()
    np.testing.assert_allclose(found, [[p(word, each) for word in range(V)] for each in histories], rtol=1e-5)


def test_losses():
    windows, histories = every_history()
    for word in range(V):
        losses = table().negative_log_likelihood(windows[np.newaxis], np.full((1, len(windows)), word))
        np.testing.assert_allclose(losses[0], [-np.log(p(word, each)) for each in histories], rtol=1e-5)


def test_longer_histories_than_the_table_has():
    """Only the last two count, wherever they stand."""
    windows = np.array([[2, 4, 1, 2], [0, 0, 1, 2]], np.int32)
    found = tf.exp(table()(windows[:, -2:]))
    np.testing.assert_allclose(found[0], found[1])
    np.testing.assert_allclose(found[0], [p(word, (0, 1)) for word in range(V)], rtol=1e-5)


def test_without_ngrams_every_word_is_as_likely():
    made = BackoffTable(V)
    np.testing.assert_allclose(tf.exp(made(np.zeros((2, 3, 2), np.int32))), np.full((2, 3, V), 1 / V), rtol=1e-6)
    np.testing.assert_allclose(made.negative_log_likelihood(np.ones((1, 2), np.int32), [1]), [np.log(V)], rtol=1e-6)
    empty = BackoffTable(V, num_ngrams=[0, 0], longest_rows=[0, 0])
    np.testing.assert_allclose(tf.exp(empty(np.ones((1, 2), np.int32))), np.full((1, V), 1 / V), rtol=1e-6)


def test_it_is_rebuilt_from_its_configuration():
    made = table()
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(made))
    assert [weight.shape for weight in again.weights] == [weight.shape for weight in made.weights]


def test_what_does_not_belong_together():
    with pytest.raises(ValueError, match="built for"):
        BackoffTable(V, num_ngrams=[4, 1], longest_rows=[2, 1]).set_model(MODEL)
    with pytest.raises(ValueError, match="built for rows of"):
        BackoffTable(V, num_ngrams=[4, 2], longest_rows=[3, 1]).set_model(MODEL)
    with pytest.raises(ValueError, match="2 orders of n-grams have 1 longest rows"):
        BackoffTable(V, num_ngrams=[4, 2], longest_rows=[2])
    with pytest.raises(ValueError, match="longest_rows must lie within"):
        BackoffTable(V, num_ngrams=[4], longest_rows=[6])


def test_it_stays_float32_under_mixed_precision():
    windows, _ = every_history()
    half = BackoffTable(V, num_ngrams=TRIE.sizes[1:], longest_rows=longest_rows(MODEL), dtype="mixed_bfloat16")
    half.set_model(MODEL)
    np.testing.assert_array_equal(half(windows), table()(windows))
