import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.recurrent import GRU

from tests.checks.layer import check_layer

BATCH, STEPS, WIDTH, UNITS = 3, 5, 4, 6
RANDOM = np.random.default_rng(1)
INPUTS = RANDOM.normal(size=(BATCH, STEPS, WIDTH)).astype(np.float32)
STATE = RANDOM.normal(size=(BATCH, UNITS)).astype(np.float32)
MASK = np.arange(STEPS) < np.array([5, 2, 3])[:, None]
OPTIONS = {"return_sequences": True, "return_state": True}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def stepped(x, h, mask, kernel, recurrent, bias):
    """In NumPy, a step after the other."""
    outputs = []
    for t in range(x.shape[1]):
        x_z, x_r, x_h = np.split(x[:, t] @ kernel + bias[0], 3, axis=-1)
        y_z, y_r, y_h = np.split(h @ recurrent + bias[1], 3, axis=-1)
        update = sigmoid(x_z + y_z)
        new = update * h + (1 - update) * np.tanh(x_h + sigmoid(x_r + y_r) * y_h)
        h = np.where(mask[:, t, None], new, h)
        outputs.append(h)
    return np.stack(outputs, axis=1), h


def layer_with_weights(cls=GRU, **kwargs):
    layer = cls(UNITS, **OPTIONS, **kwargs)
    layer.build((None, None, WIDTH))
    random = np.random.default_rng(2)
    layer.set_weights([random.normal(size=w.shape).astype(np.float32) for w in layer.get_weights()])
    return layer


def gradients(layer, inputs, mask):
    with tf.GradientTape() as tape:
        outputs, h = layer(inputs, mask=mask, initial_state=[STATE], training=True)
        loss = tf.reduce_sum(outputs * outputs) + tf.reduce_sum(tf.sin(h))
    return tape.gradient(loss, [v.value for v in layer.trainable_variables])


def test_contract():
    check_layer(lambda: GRU(UNITS, return_sequences=True), INPUTS)


@pytest.mark.parametrize("steps", [STEPS, 70], ids=["unrolled", "in a loop"])
def test_equals_numpy_and_the_gradients_of_keras(steps):
    inputs = np.resize(INPUTS, (BATCH, steps, WIDTH))
    mask = np.resize(np.array([[1, 1, 1], [1, 0, 1], [0, 1, 1]], bool).T, (BATCH, steps))
    ours, theirs = layer_with_weights(), layer_with_weights(keras.layers.GRU, use_cudnn=False)
    outputs, h = stepped(inputs, STATE, mask, *(w.astype(np.float64) for w in ours.get_weights()))
    found = ours(inputs, mask=mask, initial_state=[STATE])
    np.testing.assert_allclose(found[0], outputs, atol=1e-5)
    np.testing.assert_allclose(found[1], h, atol=1e-5)
    for mine, other in zip(gradients(ours, inputs, mask), gradients(theirs, inputs, mask), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-3, atol=1e-4)


def test_one_mask_drops_the_state_for_all_steps_and_the_carried_part_stays():
    layer = layer_with_weights(recurrent_dropout=0.999, seed=1)
    weights = [w.astype(np.float64) for w in layer.get_weights()]
    outputs, _ = layer(INPUTS, initial_state=[STATE], training=True)
    weights[1] *= 0  # all but nothing is dropped
    np.testing.assert_allclose(outputs, stepped(INPUTS, STATE, np.ones_like(MASK), *weights)[0], atol=1e-5)


def test_the_kernel_of_cudnn_is_called_where_it_applies(monkeypatch):
    loop, calls = keras.layers.GRU.inner_loop, []

    def kernel(layer, sequences, initial_state, mask, training=False):
        calls.append(mask)
        return loop(layer, sequences, initial_state, mask, training=training)

    monkeypatch.setattr(keras.layers.GRU, "inner_loop", kernel)
    monkeypatch.setattr(GRU, "_may_use_cudnn", lambda layer: True)
    layer = layer_with_weights()
    called = layer(INPUTS, mask=MASK, initial_state=[STATE])
    assert len(calls) == 1
    outputs, h = stepped(INPUTS, STATE, MASK, *(w.astype(np.float64) for w in layer.get_weights()))
    np.testing.assert_allclose(called[0], outputs, atol=1e-5)
    np.testing.assert_allclose(called[1], h, atol=1e-5)


@pytest.mark.slow
def test_equals_torch():
    torch = pytest.importorskip("torch")
    ours = layer_with_weights()
    kernel, recurrent, bias = ours.get_weights()
    theirs = torch.nn.GRU(WIDTH, UNITS, batch_first=True)
    order = np.r_[UNITS : 2 * UNITS, 0:UNITS, 2 * UNITS : 3 * UNITS]  # theirs is reset, update, new
    with torch.no_grad():
        for name, value in {
            "weight_ih_l0": kernel.T[order],
            "weight_hh_l0": recurrent.T[order],
            "bias_ih_l0": bias[0][order],
            "bias_hh_l0": bias[1][order],
        }.items():
            getattr(theirs, name).copy_(torch.tensor(value))
        expected, _ = theirs(torch.tensor(INPUTS), torch.tensor(STATE[None]))
    np.testing.assert_allclose(ours(INPUTS, initial_state=[STATE])[0], expected.numpy(), atol=1e-5)


def test_the_reset_gate_stays_after_the_product():
    with pytest.raises(ValueError, match="GRU: reset_after must be True, not False"):
        GRU(2, reset_after=False)
