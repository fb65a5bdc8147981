import keras
import numpy as np
import pydantic
import pytest
import tensorflow as tf
from langzoo.trainers.optimizer_config import OptimizerConfig
from langzoo.trainers.optimizers import OPTIMIZERS, build_optimizer
from langzoo.trainers.optimizers.moving_average import with_moving_average
from langzoo.trainers.optimizers.weight_averages import WeightAverages


@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if name != "nt_asgd"])
def test_every_optimizer_steps_as_before_and_averages_as_tensorflow_does(name):
    """tf.train.ExponentialMovingAverage with num_updates, which starts from a variable's first value."""
    random, shape = np.random.default_rng(0), (3, 2)
    start = random.normal(size=shape).astype("float32")
    plain, averaged = (keras.Variable(start, name="kernel") for _ in range(2))
    part = OptimizerConfig(name=name, learning_rate=0.1, weight_decay=0.01, layer_decay=0.9)
    momentum = 0.4  # above 2 / 11, the second step's, and below 7 / 16, the seventh's
    with_average = part.model_copy(update={"ema_momentum": momentum})
    both = ((part, plain), (with_average, averaged))
    optimizers = [build_optimizer(each, [weight], steps_per_epoch=1, total_steps=9) for each, weight in both]
    assert [isinstance(each, WeightAverages) for each in optimizers] == [False, True]
    theirs, updates = tf.Variable(start), tf.Variable(0.0)
    peer = tf.train.ExponentialMovingAverage(momentum, num_updates=updates)
    for step in range(9):
        gradient = tf.constant(random.normal(size=shape), tf.float32)
        for optimizer, variable in zip(optimizers, (plain, averaged), strict=True):
            optimizer.apply([gradient], [variable])
        np.testing.assert_array_equal(averaged, plain)
        theirs.assign(plain.numpy())
        updates.assign(step)
        peer.apply([theirs])
        np.testing.assert_allclose(optimizers[1].averages[0], peer.average(theirs), rtol=1e-5)


def test_half_precision_and_a_compiled_step():
    weight = keras.Variable(np.ones((2, 2)), dtype="bfloat16")
    optimizer = with_moving_average(keras.optimizers.SGD(1.0), 0.5)
    optimizer.build([weight])
    step = tf.function(lambda: optimizer.apply([tf.ones((2, 2), "bfloat16")], [weight]), jit_compile=True)
    assert not optimizer.has_averages
    for _ in range(3):
        step()
    assert optimizer.has_averages and optimizer.averages[0].dtype == "bfloat16"
    # 0, then 2 / 11 of it and the rest -1, then 1 / 4 of that and the rest -2
    np.testing.assert_allclose(optimizer.averages[0].numpy().astype(float), -(9 / 11 / 4 + 1.5), rtol=1e-2)


def test_an_optimizer_with_averages_of_its_own():
    with pytest.raises(pydantic.ValidationError, match="ema_momentum: nt_asgd has averages of its own"):
        OptimizerConfig(name="nt_asgd", ema_momentum=0.9)
