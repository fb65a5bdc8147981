"""Against hmmlearn, whose forward pass, Baum-Welch and Viterbi are somebody else's."""

import numpy as np
import pytest
import tensorflow as tf
from hmmlearn.hmm import CategoricalHMM
from langzoo.layers.probabilistic import HiddenMarkovHead, HiddenMarkovModel, expected_counts

STATES, WORDS = 4, 7
DRAW = np.random.default_rng(3)
ROWS = [DRAW.integers(0, WORDS, length) for length in (5, 1, 9, 3, 6)]
LENGTHS = np.array([len(row) for row in ROWS])
PADDED = np.array([np.pad(row, (0, 9 - len(row)), constant_values=2) for row in ROWS])
PARTS = [DRAW.dirichlet(np.ones(n), size) for n, size in ((STATES, None), (STATES, STATES), (WORDS, STATES))]


def theirs(**kwargs):
    model = CategoricalHMM(STATES, n_features=WORDS, init_params="", **kwargs)
    model.startprob_, model.transmat_, model.emissionprob_ = PARTS
    return model


def ours():
    layer = HiddenMarkovModel(STATES, vocabulary_size=WORDS)
    layer.set_probabilities(*PARTS)
    return layer


def counts_with(parts):
    return expected_counts(PADDED, LENGTHS, **dict(zip(("initial", "transitions", "emissions"), parts, strict=True)))


def test_likelihood():
    stacked, layer = np.concatenate(ROWS)[:, None], ours()
    expected = theirs().score(stacked, LENGTHS)
    assert counts_with(PARTS).log_likelihood == pytest.approx(expected, rel=1e-12)
    head = HiddenMarkovHead(layer)
    before = tf.nn.log_softmax(layer.initial) + tf.zeros((len(ROWS), 1))
    after, _ = layer(PADDED, tf.zeros((len(ROWS), STATES)))
    hidden = tf.concat([before[:, None], after[:, :-1]], axis=1)
    losses = head.negative_log_likelihood(hidden, tf.constant(PADDED)).numpy()
    assert -losses[np.arange(9) < LENGTHS[:, None]].sum() == pytest.approx(expected, rel=1e-5)
    words = tf.exp(head(hidden)).numpy()
    np.testing.assert_allclose(words.sum(-1), 1, rtol=1e-5)
    np.testing.assert_allclose(-np.log(np.take_along_axis(words, PADDED[..., None], -1)[..., 0]), losses, rtol=1e-4)


@pytest.mark.parametrize("rounds, prior", [(1, 0.0), (6, 0.0), (1, 0.5), (4, 0.5)])
def test_baum_welch(rounds, prior):
    names = ("startprob_prior", "transmat_prior", "emissionprob_prior")
    model = theirs(n_iter=rounds, tol=-np.inf, params="ste", **dict.fromkeys(names, 1 + prior))
    model.fit(np.concatenate(ROWS)[:, None], LENGTHS)
    parts = PARTS
    for _ in range(rounds):
        parts = counts_with(parts).probabilities(prior)
    for mine, its in zip(parts, (model.startprob_, model.transmat_, model.emissionprob_), strict=True):
        np.testing.assert_allclose(mine, its, rtol=1e-7, atol=1e-12)


def test_viterbi():
    layer = ours()
    found = layer.best_states(tf.constant(PADDED), tf.constant(LENGTHS, tf.int32)).numpy()
    for row, path, length in zip(ROWS, found, LENGTHS, strict=True):
        np.testing.assert_array_equal(path[:length], theirs().predict(row[:, None]))


def test_a_state_that_nothing_is_expected_of_and_a_word_that_no_state_emits():
    layer = HiddenMarkovModel(2, vocabulary_size=3)
    parts = [1.0, 0.0], [[1.0, 0.0], [0.5, 0.5]], [[0.5, 0.5, 0.0], [0.5, 0.5, 0.0]]
    layer.set_probabilities(*parts)
    counts = expected_counts(
        np.array([[0, 1]]),
        np.array([2]),
        **{n: np.array(p) for n, p in zip(("initial", "transitions", "emissions"), parts, strict=True)},
    )
    np.testing.assert_array_equal(counts.probabilities()[1], [[1, 0], [0.5, 0.5]])
    hidden, _ = layer(tf.constant([[2, 0]]), tf.zeros((1, 2)))
    assert np.isfinite(hidden).all()
    head = HiddenMarkovHead(layer)
    assert head(hidden).numpy()[0, 0, 2] == -np.inf
    assert np.isinf(head.negative_log_likelihood(hidden, tf.constant([[2, 0]])).numpy()).tolist() == [[True, False]]


def test_probabilities_that_are_none():
    with pytest.raises(ValueError, match="transitions must be probabilities whose rows sum to 1"):
        ours().set_probabilities(PARTS[0], PARTS[1] * 2, PARTS[2])


def test_gradients_reach_every_weight():
    layer = ours()
    head = HiddenMarkovHead(layer)
    with tf.GradientTape() as tape:
        hidden, _ = layer(PADDED, tf.zeros((len(ROWS), STATES)))
        loss = tf.reduce_sum(head.negative_log_likelihood(hidden, tf.constant(PADDED)))
    for gradient in tape.gradient(loss, layer.trainable_weights):
        assert np.isfinite(gradient).all() and np.abs(gradient).max() > 0
