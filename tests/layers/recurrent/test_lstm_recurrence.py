import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.recurrent import lstm_recurrence

STEPS, BATCH, HIDDEN = 6, 3, 4
MASK = np.array([[1, 1, 0], [1, 0, 0], [1, 1, 1], [0, 1, 1], [0, 0, 1], [0, 1, 1]], bool)  # (T, B), holes included


def arguments(steps=STEPS):
    rng = np.random.default_rng(1)
    shapes = ((steps, BATCH, 4 * HIDDEN), (HIDDEN, 4 * HIDDEN), (BATCH, HIDDEN), (BATCH, HIDDEN))
    return [rng.normal(size=shape).astype(np.float32) for shape in shapes]


def dropout_mask():
    return np.where(np.random.default_rng(2).random((BATCH, HIDDEN)) < 0.5, 0, 2).astype(np.float32)


def by_hand(projected, kernel, h, c, mask, dropout, ops=np):
    """The two equations, step by step; `ops` is NumPy, or a namespace with its names over TensorFlow."""
    outputs = []
    for t in range(projected.shape[0]):
        gates = projected[t] + (h * dropout) @ kernel
        i, f, g, o = (gates[:, k * HIDDEN : (k + 1) * HIDDEN] for k in range(4))
        new_c = c / (1 + ops.exp(-f)) + ops.tanh(g) / (1 + ops.exp(-i))
        new_h = ops.tanh(new_c) / (1 + ops.exp(-o))
        keep = mask[t][:, None]
        h, c = ops.where(keep, new_h, h), ops.where(keep, new_c, c)
        outputs.append(h)
    return ops.stack(outputs), h, c


@pytest.mark.parametrize("steps", [1, 2, STEPS])
@pytest.mark.parametrize("masked", [False, True], ids=["all", "masked"])
@pytest.mark.parametrize("dropped", [False, True], ids=["whole", "dropped"])
def test_equals_the_equations_in_float64(steps, masked, dropped):
    mask = MASK[:steps] if masked else np.ones((steps, BATCH), bool)
    dropout = dropout_mask() if dropped else np.ones((BATCH, HIDDEN), np.float32)
    expected = by_hand(*(x.astype(np.float64) for x in arguments(steps)), mask, dropout)
    actual = lstm_recurrence(
        *map(tf.constant, arguments(steps)),
        mask=tf.constant(mask) if masked else None,
        recurrent_dropout_mask=tf.constant(dropout) if dropped else None,
    )
    for a, e in zip(actual, expected, strict=True):
        np.testing.assert_allclose(a, e, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("steps", [1, STEPS])
@pytest.mark.parametrize("jit", [False, True], ids=["graph", "xla"])
def test_its_own_gradient_is_that_of_automatic_differentiation(steps, jit):
    """Of a function of all three results, each with weights of its own, with a mask and dropped h."""
    inputs, mask, dropout = arguments(steps), tf.constant(MASK[:steps]), tf.constant(dropout_mask())
    rng = np.random.default_rng(3)
    weights = [
        tf.constant(rng.normal(size=s).astype(np.float32)) for s in ((steps, BATCH, HIDDEN), *[(BATCH, HIDDEN)] * 2)
    ]

    def ours(*x):
        return lstm_recurrence(*x, mask=mask, recurrent_dropout_mask=dropout)

    def plain(*x):
        return by_hand(*x, mask, dropout, ops=tf)

    def gradients(function, jit):
        @tf.function(jit_compile=jit)
        def run(x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                loss = tf.add_n([tf.reduce_sum(y * w) for y, w in zip(function(*x), weights, strict=True)])
            return tape.gradient(loss, x)

        return run([tf.constant(x) for x in inputs])

    for name, a, e in zip(
        ("projected", "kernel", "h", "c"), gradients(ours, jit), gradients(plain, False), strict=True
    ):
        np.testing.assert_allclose(a, e, rtol=1e-4, atol=1e-5, err_msg=name)


def test_numbers_that_saturate_the_gates_stay_finite():
    projected, kernel, h, c = (1e4 * x for x in arguments())
    outputs, _, last_c = lstm_recurrence(projected, kernel, h, c)
    assert np.isfinite(outputs).all() and np.isfinite(last_c).all()


def test_unknown_lengths_and_batches_share_one_graph():
    specs = [tf.TensorSpec((None, None, 4 * HIDDEN)), tf.TensorSpec((HIDDEN, 4 * HIDDEN))]
    graph = tf.function(lstm_recurrence, input_signature=specs + [tf.TensorSpec((None, HIDDEN))] * 2)
    for steps in (2, STEPS):
        for a, e in zip(graph(*arguments(steps)), lstm_recurrence(*arguments(steps)), strict=True):
            np.testing.assert_allclose(a, e, rtol=1e-6, atol=1e-6)
    assert graph.experimental_get_tracing_count() == 1
