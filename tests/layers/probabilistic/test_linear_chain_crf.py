import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.masks import HIDDEN
from langzoo.layers.probabilistic import LinearChainCRF, best_labels

from tests.checks.layer import check_layer

ROWS, WORDS, LABELS = 5, 4, 3


@pytest.fixture
def crf():
    return LinearChainCRF(LABELS, kernel_initializer=keras.initializers.RandomNormal(seed=1))


@pytest.fixture
def given():
    random = np.random.default_rng(0)
    emissions = tf.constant(random.normal(size=(ROWS, WORDS, LABELS)), tf.float32)
    labels = tf.constant(random.integers(0, LABELS, (ROWS, WORDS)), tf.int32)
    return emissions, labels, tf.constant([4, 1, 0, 3, 2], tf.int32)


def scores(crf, emissions, length):
    """Label sequence -> its score, for all there are, in plain Python."""
    transitions, start, end = (weight.numpy().astype(np.float64) for weight in (crf.transitions, crf.start, crf.end))
    found = {}
    for path in itertools.product(range(LABELS), repeat=length):
        emitted = sum(float(emissions[place, label]) for place, label in enumerate(path))
        moved = sum(transitions[one, other] for one, other in itertools.pairwise(path))
        found[path] = start[path[0]] + emitted + moved + end[path[-1]]
    return found


@pytest.mark.parametrize("compiled", [False, True])
def test_likelihood_is_that_of_all_paths(crf, given, compiled):
    emissions, labels, lengths = given
    found = tf.function(crf.negative_log_likelihood, jit_compile=compiled)(emissions, labels, lengths).numpy()
    for row, length in enumerate(lengths.numpy()):
        if length == 0:
            assert found[row] == 0
            continue
        every = scores(crf, emissions[row].numpy(), length)
        total = np.logaddexp.reduce([*every.values()])
        np.testing.assert_allclose(found[row], total - every[tuple(labels.numpy()[row, :length])], atol=1e-5)


def test_best_path_is_that_of_all_paths(crf, given):
    emissions, _, lengths = given
    found = crf(emissions, lengths).numpy()
    for row, length in enumerate(lengths.numpy()):
        assert (found[row, length:] == 0).all()
        if length:
            every = scores(crf, emissions[row].numpy(), length)
            assert tuple(found[row, :length]) == max(every, key=every.__getitem__)


@pytest.mark.parametrize("compiled", [False, True])
def test_gradient_is_expected_minus_observed(crf, given, compiled):
    """The gradient by the emissions is the label's probability less 1 where it stands (Lafferty et al. 2001)."""
    emissions, labels, lengths = given

    def gradient_of(emissions, labels, lengths):
        with tf.GradientTape() as tape:
            tape.watch(emissions)
            loss = crf.negative_log_likelihood(emissions, labels, lengths)
        return tape.gradient(loss, emissions)

    if compiled:  # once for rows of any length, as batches of a training are
        some = [tf.TensorSpec([None, None, *each.shape[2:]], each.dtype) for each in (emissions, labels)]
        signature = [*some, tf.TensorSpec([None], tf.int32)]
        gradient_of = tf.function(gradient_of, jit_compile=True, input_signature=signature, autograph=False)
    gradient = gradient_of(emissions, labels, lengths).numpy()
    for row, length in enumerate(lengths.numpy()):
        assert not gradient[row, length:].any()
        if not length:
            continue
        every = scores(crf, emissions[row].numpy(), length)
        total = np.logaddexp.reduce([*every.values()])
        expected = np.zeros((length, LABELS))
        for path, score in every.items():
            expected[np.arange(length), path] += np.exp(score - total)
        expected[np.arange(length), labels.numpy()[row, :length]] -= 1
        np.testing.assert_allclose(gradient[row, :length], expected, atol=1e-5)


def test_padding_does_not_count(crf, given):
    emissions, labels, lengths = given
    longer = tf.pad(emissions, [[0, 0], [0, 3], [0, 0]], constant_values=7.0)
    padded = tf.pad(labels, [[0, 0], [0, 3]], constant_values=2)
    np.testing.assert_allclose(
        crf.negative_log_likelihood(longer, padded, lengths),
        crf.negative_log_likelihood(emissions, labels, lengths),
        atol=1e-6,
    )
    np.testing.assert_array_equal(crf(longer, lengths)[:, :WORDS], crf(emissions, lengths))


def test_forbidden_moves_are_never_made(given):
    emissions, _, lengths = given
    never = tf.constant([[0, HIDDEN, 0], [0, 0, 0], [0, 0, HIDDEN]], tf.float32)
    found = best_labels(emissions, lengths, transitions=never, start=tf.zeros(LABELS), end=tf.zeros(LABELS)).numpy()
    moves = {(one, other) for row, n in zip(found, lengths, strict=True) for one, other in itertools.pairwise(row[:n])}
    assert not moves & {(0, 1), (2, 2)}


def test_contract(given):
    emissions, _, lengths = given
    make = lambda: LinearChainCRF(LABELS, kernel_initializer=keras.initializers.RandomNormal(seed=1))  # noqa: E731
    check_layer(
        make, emissions, call_kwargs={"lengths": lengths}, batch_independent=False, dynamic=False, mixed_precision=False
    )
