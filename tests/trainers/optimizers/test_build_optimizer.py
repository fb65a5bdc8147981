import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo.trainers.optimizer_config import OptimizerConfig
from langzoo.trainers.optimizers import build_optimizer
from langzoo.trainers.recipes import recipe_for


def moved(part, gradient, value=1.0, name="kernel", steps_per_epoch=10, steps=1):
    """What a variable of that name becomes."""
    optimizer = build_optimizer(part, steps_per_epoch=steps_per_epoch, total_steps=100)
    variable = keras.Variable(np.full(2, value, np.float32), name=name)
    for _ in range(steps):
        optimizer.apply([tf.constant(gradient, tf.float32)], [variable])
    return variable.numpy()


@pytest.mark.parametrize(
    "name, kind", [("sgd", keras.optimizers.SGD), ("adam", keras.optimizers.Adam), ("adamw", keras.optimizers.AdamW)]
)
def test_kinds(name, kind):
    optimizer = build_optimizer(OptimizerConfig(name=name, beta_2=0.95), steps_per_epoch=1, total_steps=1)
    assert type(optimizer) is kind and optimizer.global_clipnorm == 1.0
    assert name == "sgd" or (optimizer.beta_1, optimizer.beta_2, optimizer.epsilon) == (0.9, 0.95, 1e-8)


@pytest.mark.parametrize("clip_norm, expected", [(0.0, [-2, -3]), (1.0, [0.4, 0.2]), (10.0, [-2, -3])])
def test_clips_by_the_global_norm(clip_norm, expected):
    """SGD at 1.0 with a gradient of (3, 4), norm 5: clipped at 1 it is (0.6, 0.8)."""
    part = OptimizerConfig(name="sgd", learning_rate=1.0, clip_norm=clip_norm)
    np.testing.assert_allclose(moved(part, [3, 4]), expected, rtol=1e-5)


def test_momentum():
    part = OptimizerConfig(name="sgd", learning_rate=0.1, momentum=0.5, clip_norm=0.0)
    np.testing.assert_allclose(moved(part, [1, 1], steps=2), 1 - 0.1 - 0.15, rtol=1e-5)


@pytest.mark.parametrize(
    "name, factor", [("kernel", 0.95), ("embeddings", 0.95), ("bias", 1), ("gamma", 1), ("beta", 1)]
)
def test_adamw_pulls_matrices_to_zero_and_no_bias_or_norm(name, factor):
    part = OptimizerConfig(name="adamw", learning_rate=0.1, weight_decay=0.5)
    np.testing.assert_allclose(moved(part, [0, 0], name=name), factor, rtol=1e-5)


def test_no_decay_by_default():
    for name in ("sgd", "adam", "adamw"):
        np.testing.assert_array_equal(moved(OptimizerConfig(name=name), [0, 0]), 1)


def test_decay_is_counted_in_epochs():
    """Zaremba's small model, epochs of 10 steps: 1.0 for 40 steps, 0.5 for 10, then 0.25."""
    part = recipe_for("lstm_small", "lstm").optimizer
    assert part.clip_norm == 5.0
    positions = [moved(part, [1, 1], value=0.0, steps=steps)[0] for steps in (40, 50, 51)]
    np.testing.assert_allclose(positions, [-40, -45, -45.25], rtol=1e-5)
