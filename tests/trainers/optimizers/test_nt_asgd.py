import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo.trainers.optimizers.nt_asgd import NTASGD


def begun(losses, patience=2):
    """After which of the validations averaging begins; None for never."""
    optimizer = NTASGD(learning_rate=1.0, patience=patience)
    optimizer.build([keras.Variable([1.0])])
    for number, loss in enumerate(losses):
        optimizer.observe(loss)
        if optimizer.is_averaging:
            return number
    return None


def by_the_paper(losses, n):
    """Algorithm 1: t > n and v > min of logs[0 .. t - n - 1]."""
    logs = []
    for t, v in enumerate(losses):
        if t > n and v > min(logs[: t - n]):
            return t
        logs.append(v)
    return None


@pytest.mark.parametrize("patience", [1, 2, 5])
def test_averaging_begins_where_the_algorithm_says(patience):
    for seed in range(10):
        random = np.random.default_rng(seed)
        losses = [round(float(each), 3) for each in random.normal(size=12) + np.linspace(3, 0, 12)]
        expected = by_the_paper(losses, patience)
        assert begun(np.float32(losses).tolist(), patience) == expected


def test_the_average_is_the_mean_of_the_weights_since():
    weight = keras.Variable([1.0, 2.0])
    optimizer = NTASGD(learning_rate=0.5, patience=1)
    optimizer.build([weight])
    seen = []
    for step in range(6):
        if step == 2:
            optimizer.averaging.assign(1.0)
        optimizer.apply([tf.constant([float(step), 1.0])], [weight])
        if step >= 2:
            seen.append(weight.numpy())
            np.testing.assert_allclose(optimizer.averages[0], np.mean(seen, axis=0), rtol=1e-6)
        else:
            assert not optimizer.has_averages
    before, average = weight.numpy(), optimizer.averages[0].numpy()
    assert optimizer.has_averages and not np.array_equal(before, average)
    optimizer.swap([weight])
    np.testing.assert_array_equal(weight, average)
    optimizer.swap([weight])
    np.testing.assert_array_equal(weight, before)


def test_it_is_sgd():
    weights = [keras.Variable([3.0]) for _ in range(2)]
    optimizers = [NTASGD(learning_rate=0.1, momentum=0.5), keras.optimizers.SGD(learning_rate=0.1, momentum=0.5)]
    for weight, optimizer in zip(weights, optimizers, strict=True):
        for _ in range(3):
            optimizer.apply([tf.constant([2.0])], [weight])
    np.testing.assert_array_equal(*weights)


def test_a_patience_of_none():
    with pytest.raises(ValueError, match="patience must be at least 1, not 0"):
        NTASGD(patience=0)
