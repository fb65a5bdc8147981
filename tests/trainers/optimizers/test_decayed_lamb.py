import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo.trainers.optimizer_config import OptimizerConfig
from langzoo.trainers.optimizers import build_optimizer

RATE, DECAY, EPSILON = 0.1, 0.3, 1e-6


def lamb(weight, gradients, *, scaled, rate=RATE):
    """Algorithm 2 of You et al. 2020 in NumPy; without decay and trust ratio where it is not `scaled`."""
    m = v = np.zeros_like(weight)
    for step, gradient in enumerate(gradients, start=1):
        m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        update = m / (1 - 0.9**step) / (np.sqrt(v / (1 - 0.999**step)) + EPSILON)
        if scaled:
            update = update + DECAY * weight
            size, length = np.linalg.norm(weight), np.linalg.norm(update)
            update = update * (size / length if size and length else 1.0)
        weight = weight - rate * update
    return weight


@pytest.mark.parametrize("shape", [(3, 4), (5,), (2, 3, 2)])
@pytest.mark.parametrize("start", [0.0, 1.0])
def test_is_algorithm_2(shape, start):
    """A matrix of zeros takes Adam's step; biases and scales always do, and are not decayed."""
    draw = np.random.default_rng(0)
    weight = start * draw.normal(size=shape)
    gradients = [draw.normal(size=shape) for _ in range(4)]
    variable = keras.Variable(weight.astype(np.float32))
    part = OptimizerConfig(name="lamb", learning_rate=RATE, weight_decay=DECAY, epsilon=EPSILON, clip_norm=0.0)
    optimizer = build_optimizer(part, [variable], steps_per_epoch=1, total_steps=9)
    for gradient in gradients:
        optimizer.apply([tf.constant(gradient, tf.float32)], [variable])
    expected = lamb(weight, gradients, scaled=len(shape) > 1)
    np.testing.assert_allclose(variable.numpy(), expected, rtol=2e-4, atol=1e-5)


def test_is_kept_with_its_settings():
    optimizer = build_optimizer(OptimizerConfig(name="lamb", weight_decay=0.2), [], steps_per_epoch=1, total_steps=1)
    copy = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert (copy.decay, copy.weight_decay, copy.beta_2) == (0.2, None, 0.999)
