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


def by_numpy(hidden, kernel, bias=0.0, smoothing=0.0):
    """The definition in float64: cross-entropy with a target of which ε is spread over all words."""
    logits = hidden.astype(np.float64) @ kernel + bias
    logits -= logits.max(-1, keepdims=True)
    log_probabilities = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    wanted = np.full((ROWS, VOCABULARY), smoothing / VOCABULARY)
    wanted[np.arange(ROWS), TARGETS] += 1 - smoothing
    return -(wanted * log_probabilities).sum(-1)


def slope(function, inputs, which):
    """Central differences of the weighted loss, one input at a time."""
    inputs = [x.astype(np.float64) for x in inputs]
    found = np.zeros_like(inputs[which])
    for place in np.ndindex(found.shape):
        sides = []
        for step in (1e-6, -1e-6):
            moved = [x.copy() for x in inputs]
            moved[which][place] += step
            sides.append((function(*moved) * WEIGHTS).sum())
        found[place] = (sides[0] - sides[1]) / 2e-6
    return found


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


@pytest.mark.parametrize(
    "smoothing, has_bias, transposed", [(0.0, False, True), (0.1, False, False), (0.1, True, True), (0.0, True, False)]
)
@pytest.mark.parametrize("rows", [ROWS, None])
def test_every_form_against_its_definition_and_its_slope(smoothing, has_bias, transposed, rows):
    """The gradient is written by hand; differences of the definition know nothing of it."""
    inputs = arguments()[: 3 if has_bias else 2]

    def loss(hidden, kernel, bias=None):
        return linear_cross_entropy(hidden, kernel, bias, TARGETS, transposed=transposed, label_smoothing=smoothing)

    def given(hidden, kernel, *bias):
        return [hidden, kernel.T if transposed else kernel, *bias]

    def definition(*x):
        return by_numpy(*x, smoothing=smoothing)

    shapes = [(rows, WIDTH), *(x.shape for x in given(*inputs)[1:])]
    ours = tf.function(loss, input_signature=[tf.TensorSpec(shape) for shape in shapes])
    losses, *gradients = value_and_gradients(ours, given(*inputs))
    np.testing.assert_allclose(losses, definition(*inputs), rtol=1e-5)
    for which, actual in enumerate(given(*(gradient.numpy() for gradient in gradients))):
        np.testing.assert_allclose(actual, slope(definition, inputs, which), rtol=1e-3, atol=1e-4)


def test_smoothing_in_half_precision_is_finite_with_large_logits():
    inputs = [tf.cast(x, tf.bfloat16) for x in arguments(scale=30.0)]
    found = value_and_gradients(
        lambda hidden, kernel, bias: linear_cross_entropy(
            hidden, tf.transpose(kernel), bias, TARGETS, transposed=True, label_smoothing=0.1
        ),
        inputs,
    )
    assert all(np.isfinite(tf.cast(x, tf.float32)).all() for x in found)
    expected = by_numpy(*(tf.cast(x, tf.float32).numpy() for x in inputs), smoothing=0.1)
    np.testing.assert_allclose(found[0], expected, rtol=2e-2, atol=1)


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
