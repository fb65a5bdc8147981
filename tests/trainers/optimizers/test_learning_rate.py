import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo.trainers.optimizers import LearningRate


def rates(steps, base=1.0, **kwargs):
    rate = LearningRate(base, **kwargs)
    values = [rate(step) for step in steps]
    assert all(tf.convert_to_tensor(value).dtype == tf.float32 for value in values)
    return [float(value) for value in values]


CASES = [
    ("constant", {}, {0: 1, 10**6: 1}),
    ("warm-up", {"warmup_steps": 4}, {0: 0.25, 1: 0.5, 3: 1, 4: 1, 99: 1}),
    # Zaremba, "small": epochs of 10 steps, 1.0 for 4 epochs, then halved in each: the 5th has 0.5, the 13th 2^-9.
    ("Zaremba small", {"schedule": "step", "decay_rate": 0.5, "decay_after": 40, "decay_every": 10},
     {0: 1, 39: 1, 40: 0.5, 49: 0.5, 50: 0.25, 120: 2**-9}),
    # "medium": divided by 1.2 after 6 epochs; in the 39th 33 times.
    ("Zaremba medium", {"schedule": "step", "decay_rate": 1 / 1.2, "decay_after": 60, "decay_every": 10},
     {59: 1, 60: 1 / 1.2, 389: 1.2**-33}),
    ("linear", {"schedule": "linear", "total_steps": 10}, {0: 1, 1: 0.9, 5: 0.5, 10: 0, 50: 0}),
    ("linear, warm-up, final", {"schedule": "linear", "total_steps": 14, "warmup_steps": 4, "final_fraction": 0.2},
     {0: 0.25, 3: 1, 4: 1, 9: 0.6, 14: 0.2, 99: 0.2}),
    ("cosine", {"schedule": "cosine", "total_steps": 12}, {0: 1, 4: 0.75, 6: 0.5, 8: 0.25, 12: 0, 13: 0}),
    ("cosine, final", {"schedule": "cosine", "total_steps": 12, "final_fraction": 0.1}, {0: 1, 6: 0.55, 12: 0.1}),
    ("inverse_sqrt", {"schedule": "inverse_sqrt", "warmup_steps": 4}, {0: 0.25, 3: 1, 4: 1, 16: 0.5, 100: 0.2}),
    ("inverse_sqrt at once", {"schedule": "inverse_sqrt"}, {0: 1, 1: 1, 4: 0.5}),
    ("all warm-up", {"schedule": "linear", "total_steps": 4, "warmup_steps": 8}, {3: 0.5, 7: 1}),
]  # fmt: skip


@pytest.mark.parametrize("kwargs, expected", [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_by_hand(kwargs, expected):
    np.testing.assert_allclose(rates(expected, **kwargs), list(expected.values()), rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(
        rates(expected, base=0.003, **kwargs), np.array(list(expected.values())) * 0.003, rtol=1e-5, atol=1e-9
    )


@pytest.mark.parametrize("kwargs", [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_survives_its_configuration_and_a_graph(kwargs):
    rate = LearningRate(0.5, **kwargs)
    twin = keras.optimizers.schedules.deserialize(keras.optimizers.schedules.serialize(rate))
    assert isinstance(twin, LearningRate) and twin.get_config() == rate.get_config()
    graph = tf.function(lambda step: tf.convert_to_tensor(twin(step)), input_signature=[tf.TensorSpec((), tf.int64)])
    for step in (0, 5, 1000):
        np.testing.assert_allclose(graph(tf.constant(step, tf.int64)), rate(step), rtol=1e-6, atol=1e-9)


def test_unknown_schedule():
    with pytest.raises(ValueError, match=r"schedule must be one of constant, cosine, .*, step, not 'cosin'"):
        LearningRate(1.0, schedule="cosin")
