"""What a checkpoint brings back; test_resume.py holds that a whole run goes on with the same bits."""

import dataclasses

import keras
import langzoo.zoo as zoo
import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.checkpoint import CHECKPOINT_FILE, load_checkpoint, save_checkpoint, seed_variables
from langzoo.trainers.objectives import NextToken
from langzoo.trainers.run_state import RunState

STATE = RunState(step=3, seconds=1.5, best=0.25, best_step=2, bad_validations=1)


def model(optimizer="adam", **changes):
    made = zoo.create("lstm_tiny", vocabulary_size=11, dropout=0.5, **changes)
    made.compile(optimizer, objective=NextToken(rows=2, carry=True))
    return made


def batches(count=3):
    random = np.random.default_rng(0)
    tokens = tf.constant(random.integers(0, 11, (count, 2, 6)), tf.int32)
    batch = {
        "token_ids": tokens[:, :, :-1],
        "targets": tokens[:, :, 1:],
        "weights": tf.ones((count, 2, 5)),
        "start": tf.constant([[step == 0] * 2 for step in range(count)]),
    }
    return tf.data.Dataset.from_tensor_slices(batch)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    keras.utils.set_random_seed(1)
    made, folder = model(), tmp_path_factory.mktemp("run")
    made.fit(batches(), verbose=0)
    save_checkpoint(made, STATE, folder)
    return made, folder


def everything(made):
    parts = [*made.weights, *made.optimizer.variables, *seed_variables(made), *made.metrics_variables]
    return [np.asarray(part.numpy()) for part in parts] + list(made.train_state.to_arrays().values())


def test_all_of_it_comes_back(trained):
    made, folder = trained
    other = model()
    assert load_checkpoint(other, folder) == STATE
    assert len(seed_variables(other)) >= 1
    before, after = everything(made), everything(other)
    assert len(before) == len(after)
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
    assert any(array.any() for array in other.train_state.to_arrays().values())


def test_the_next_step_is_the_same(trained):
    made, folder = trained
    loss = made.fit(batches(1), verbose=0).history["loss"]
    other = model()
    load_checkpoint(other, folder)
    assert other.fit(batches(1), verbose=0).history["loss"] == loss
    load_checkpoint(made, folder)


@pytest.mark.parametrize(
    ("optimizer", "changes"), [("sgd", {}), ("adam", {"num_layers": 2}), ("adam", {"hidden_dim": 8})]
)
def test_another_model_or_optimizer_is_refused(trained, optimizer, changes):
    other = model(optimizer, **changes)
    before = everything(other)
    with pytest.raises(UserError, match="belongs to another model"):
        load_checkpoint(other, trained[1])
    assert all(np.array_equal(a, b) for a, b in zip(before, everything(other), strict=True))


def test_only_the_chief_writes_and_an_old_one_is_replaced(trained, tmp_path):
    made = trained[0]
    save_checkpoint(made, STATE, tmp_path, chief=False)
    assert not list(tmp_path.iterdir())
    for step in (4, 5):
        save_checkpoint(made, dataclasses.replace(STATE, step=step), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [CHECKPOINT_FILE]
    assert load_checkpoint(model(), tmp_path).step == 5


def test_a_missing_one_is_told(tmp_path):
    with pytest.raises(UserError, match="is missing"):
        load_checkpoint(model(), tmp_path)
