"""Scheduled sampling against plain NumPy: how often, which words, and that only the seed, step and text decide."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.random_bits import random_table
from langzoo.trainers import NextTargetToken
from langzoo.trainers.objectives import ScheduledSampling
from langzoo.trainers.objectives.scheduled_sampling import COINS, DRAWS

RANDOM = np.random.default_rng(0)
BATCH = {
    "source_ids": RANDOM.integers(2, 20, (6, 4)).astype(np.int32),
    "source_mask": np.arange(4) < RANDOM.integers(1, 5, (6, 1)),
    "targets": RANDOM.integers(2, 20, (6, 5)).astype(np.int32),
}
SIZES = {"vocabulary_size": 20, "initializer_range": 1.0}


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    model = zoo.create("lstm_seq2seq_tiny", options={"start_id": 1}, characters=False, num_layers=1, **SIZES)
    model.compile("sgd", objective=ScheduledSampling(decay="linear", decay_steps=10))
    return model


def batch(rows=slice(None)):
    return {name: tf.constant(each[rows]) for name, each in BATCH.items()}


@pytest.mark.parametrize(
    ("decay", "expected"),
    [
        ("inverse_sigmoid", lambda i: 20 / (20 + np.exp(i / 20))),
        ("linear", lambda i: 1 - i / 20),
        ("exponential", lambda i: np.exp(-i / 20)),
    ],
)
def test_how_the_share_falls(decay, expected):
    objective = ScheduledSampling(decay=decay, decay_steps=20, least=0.1)
    for step in (0, 7, 40, 100_000):
        with np.errstate(over="ignore"):
            assert float(objective.share(step)) == pytest.approx(max(0.1, expected(step)), abs=1e-6)


def mixed(model, share, step=3, rows=slice(None), **settings):
    given, objective = model.shift_right(tf.constant(BATCH["targets"][rows])), ScheduledSampling(**settings)
    return objective.mixed(model, batch(rows), given, step=step, share=share).numpy()


def test_words_are_drawn_from_what_the_model_makes_of_those_before(model):
    given = model.shift_right(tf.constant(BATCH["targets"])).numpy()
    seeds = 7 + (BATCH["targets"] * np.arange(1, 6)).sum(-1).astype(np.int32)
    table = lambda place: random_table(tf.constant(seeds), tf.fill((6,), place), tf.constant(3), 5).numpy()  # noqa: E731
    coins, draws = table(COINS), table(DRAWS)
    state = model.start_state({"token_ids": BATCH["source_ids"], "padding_mask": BATCH["source_mask"]}, 5)
    expected = given.copy()
    for t in range(4):
        logits, state = model.step(tf.constant(expected[:, t]), state)
        probabilities = tf.nn.softmax(logits).numpy()
        drawn = (probabilities.cumsum(-1) <= draws[:, t, None]).sum(-1)
        expected[:, t + 1] = np.where(coins[:, t + 1] >= 0.5, drawn, given[:, t + 1])
    found = mixed(model, 0.5, seed=7)
    np.testing.assert_array_equal(found, expected)
    assert 0.1 < (found != given).mean() < 0.7 and (found[:, 0] == 1).all()
    np.testing.assert_array_equal(mixed(model, 1.0, seed=7), given)


@pytest.mark.ci
def test_the_seed_the_step_and_the_text_decide(model):
    whole = mixed(model, 0.5)
    np.testing.assert_array_equal(
        np.concatenate([mixed(model, 0.5, rows=slice(4, 6)), mixed(model, 0.5, rows=[0])]), whole[[4, 5, 0]]
    )
    assert (mixed(model, 0.5, step=4) != whole).any() and (mixed(model, 0.5, seed=1) != whole).any()


@pytest.mark.ci
def test_the_loss_is_that_of_the_words_that_were_read_and_validation_has_none(model):
    objective = model.objective
    model.optimizer.iterations.assign(5)
    losses, _ = objective.items(model, batch(), {}, training=True)
    read = mixed(model, 0.5, step=5)
    expected = model.negative_log_likelihood({**batch(), "token_ids": tf.constant(read)}, BATCH["targets"])
    np.testing.assert_allclose(losses["next_target_token"], expected, atol=1e-5)
    plain, _ = NextTargetToken().items(model, batch(), {}, training=False)
    found, _ = objective.items(model, batch(), {}, training=False)
    np.testing.assert_array_equal(found["next_target_token"], plain["next_target_token"])


@pytest.mark.ci
def test_a_transformer_learns_with_it_too():
    model = zoo.create("transformer_tiny", options={"start_id": 1}, vocabulary_size=20, num_layers=1, dropout=0.0)
    model.compile(keras.optimizers.Adam(1e-2), objective=ScheduledSampling(decay="linear", decay_steps=20, least=0.5))
    data = tf.data.Dataset.from_tensors({**batch(), "weights": tf.ones((6, 5))}).repeat(40)
    history = model.fit(data, epochs=2, verbose=0).history["loss"]
    assert history[1] < 0.8 * history[0]
