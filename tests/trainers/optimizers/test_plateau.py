import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo.trainers.optimizer_config import OptimizerConfig
from langzoo.trainers.optimizers import build_optimizer
from langzoo.trainers.optimizers.nt_asgd import NTASGD
from langzoo.trainers.optimizers.plateau import with_plateau


def test_a_step_after_validations_that_are_no_better_is_shorter():
    """SGD at 1 whose rate falls by half each time the loss is not lower than the best by more than 1."""
    part = OptimizerConfig(name="sgd", learning_rate=1.0, clip_norm=0.0, plateau_rate=0.5, plateau_margin=1.0)
    weight = keras.Variable(np.zeros((1, 1), np.float32), name="kernel")
    optimizer = build_optimizer(part, [weight], steps_per_epoch=1, total_steps=9)
    step = tf.function(lambda: optimizer.apply([tf.ones((1, 1))], [weight]))
    rates, before = [], 0.0
    for loss in (9.0, 7.9, 7.0, 6.0, 4.0, 4.5):  # better by 1.1, by 0.9, by 1.0, by 2, worse
        step()
        rates.append(before - float(weight.numpy()[0, 0]))
        before -= rates[-1]
        optimizer.observe(loss)
    assert rates == [1, 1, 1, 0.5, 0.25, 0.25] and float(optimizer.learning_rate) == 0.125


def test_what_it_knows_is_kept_with_the_optimizer_and_its_schedule_goes_on():
    part = OptimizerConfig(name="adamw", learning_rate=1.0, schedule="linear", plateau_rate=0.5)
    optimizer, other = (build_optimizer(part, [], steps_per_epoch=1, total_steps=10) for _ in range(2))
    for each in (optimizer, other):
        each.build([keras.Variable([1.0])])
    for loss in (2.0, 3.0):
        optimizer.observe(loss)
    for mine, its in zip(other.variables, optimizer.variables, strict=True):
        mine.assign(its)
    other.iterations.assign(5)
    assert float(other.learning_rate) == pytest.approx(0.25)
    other.observe(1.9)
    assert float(other.learning_rate) == pytest.approx(0.25)


def test_an_optimizer_that_observes_by_itself_still_does():
    optimizer = with_plateau(NTASGD(learning_rate=4.0, patience=1), rate=0.5)
    optimizer.build([keras.Variable([1.0])])
    for loss in (3.0, 4.0):
        optimizer.observe(loss)
    assert float(optimizer.learning_rate) == 2.0 and not optimizer.is_averaging
    optimizer.observe(3.5)
    assert optimizer.is_averaging
