import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.heads import linear_cross_entropy

ROWS, WIDTH, VOCABULARY = 7, 5, 11


def arguments(scale=1.0, dtype=np.float32):
    rng = np.random.default_rng(1)
    shapes = ((ROWS, WIDTH), (WIDTH, VOCABULARY), (VOCABULARY,))
    return [(scale * rng.normal(size=shape)).astype(dtype) for shape in shapes]


TARGETS = np.array([0, 10, 3, 3, 5, 7, 1], np.int32)
WEIGHTS = np.array([1, 0, 2, -1, 0.5, 3, 1], np.float32)


def by_tensorflow(hidden, kernel, bias, targets=TARGETS):
    return tf.nn.sparse_softmax_cross_entropy_with_logits(targets, tf.matmul(hidden, kernel) + bias)


def value_and_gradients(function, inputs):
    inputs = [tf.convert_to_tensor(x) for x in inputs]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        losses = function(*inputs)
        loss = tf.reduce_sum(losses * WEIGHTS)
    return [losses, *tape.gradient(loss, inputs)]


def known(function):
    return function


def unknown_rows(function):
    specs = [tf.TensorSpec((None, WIDTH)), tf.TensorSpec((WIDTH, VOCABULARY)), tf.TensorSpec((VOCABULARY,))]
    return tf.function(function, input_signature=specs)


@pytest.mark.parametrize("trace", [known, unknown_rows])
@pytest.mark.parametrize("kind", [np.int32, np.int64])
@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_value_and_gradient_equal_tensorflow(trace, kind, scale):
    """At a scale of 100 logits reach tens of thousands: exp of them would be infinite."""
    ours = trace(lambda *x: linear_cross_entropy(*x, TARGETS.astype(kind)))
    actual, expected = (value_and_gradients(f, arguments(scale)) for f in (ours, by_tensorflow))
    for name, a, e in zip(("loss", "hidden", "kernel", "bias"), actual, expected, strict=True):
        np.testing.assert_allclose(a, e, rtol=1e-4, atol=1e-5 * scale, err_msg=name)


def test_an_impossible_word_has_an_infinite_loss_and_does_not_spoil_the_others():
    hidden, kernel, bias = arguments()
    bias[3] = -np.inf
    losses = linear_cross_entropy(hidden, kernel, bias, TARGETS).numpy()
    assert np.isinf(losses[TARGETS == 3]).all() and np.isfinite(losses[TARGETS != 3]).all()


@pytest.mark.parametrize("dtype, tolerance", [(tf.float16, 1e-2), (tf.bfloat16, 1e-1)])
def test_half_precision_gives_float32_losses_and_gradients_of_its_own_kind(dtype, tolerance):
    inputs = [tf.cast(x, dtype) for x in arguments()]
    losses, *gradients = value_and_gradients(lambda *x: linear_cross_entropy(*x, TARGETS), inputs)
    expected, *expected_gradients = value_and_gradients(by_tensorflow, [tf.cast(x, tf.float32) for x in inputs])
    assert losses.dtype == tf.float32 and {g.dtype for g in gradients} == {dtype}
    np.testing.assert_allclose(losses, expected, atol=tolerance)
    for a, e in zip(gradients, expected_gradients, strict=True):
        np.testing.assert_allclose(tf.cast(a, tf.float32), e, atol=6 * tolerance)


def test_no_rows():
    hidden, kernel, bias = arguments()
    assert linear_cross_entropy(hidden[:0], kernel, bias, TARGETS[:0]).shape == (0,)
