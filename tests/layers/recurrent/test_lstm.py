import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.recurrent import LSTM

from tests.checks.layer import check_layer

BATCH, STEPS, WIDTH, UNITS = 3, 5, 4, 6
INPUTS = np.random.default_rng(1).normal(size=(BATCH, STEPS, WIDTH)).astype(np.float32)
STATE = [np.random.default_rng(seed).normal(size=(BATCH, UNITS)).astype(np.float32) for seed in (2, 3)]
LENGTHS = np.array([5, 2, 3])
MASK = np.arange(STEPS) < LENGTHS[:, None]


def pair(**kwargs):
    """Ours and Keras' own with the same weights."""
    kwargs = {"return_sequences": True, "return_state": True, **kwargs}
    # On a GPU Keras would set the outputs of masked steps to zero.
    ours, theirs = LSTM(UNITS, **kwargs), keras.layers.LSTM(UNITS, use_cudnn=False, **kwargs)
    for layer in (ours, theirs):
        layer.build((None, None, WIDTH))
    ours.set_weights([np.random.default_rng(4).normal(size=w.shape).astype(np.float32) for w in theirs.get_weights()])
    theirs.set_weights(ours.get_weights())
    return ours, theirs


def results_and_gradients(layer, mask, state, inputs=INPUTS):
    x, state = tf.constant(inputs), [tf.constant(s) for s in state]
    variables = [v.value for v in layer.trainable_variables]
    with tf.GradientTape() as tape:
        tape.watch([x, *state])
        results = layer(x, mask=mask, initial_state=state)
        # Other weights for every number, so that no gradient cancels another.
        loss = tf.add_n(
            [tf.reduce_sum(r * tf.reshape(tf.cos(tf.range(tf.size(r), dtype=r.dtype)), tf.shape(r))) for r in results]
        )
    names = ("outputs", "h", "c", "d inputs", "d h", "d c", *(f"d {v.name}" for v in layer.trainable_variables))
    return dict(zip(names, [*results, *tape.gradient(loss, [x, *state, *variables])], strict=True))


def assert_equal(ours, theirs, mask, state, inputs=INPUTS, but=()):
    expected = results_and_gradients(theirs, mask, state, inputs)
    for name, value in results_and_gradients(ours, mask, state, inputs).items():
        if name not in but:
            np.testing.assert_allclose(value, expected[name], rtol=1e-4, atol=1e-5, err_msg=name)


def test_contract():
    check_layer(lambda: LSTM(UNITS, return_sequences=True), INPUTS)
    check_layer(lambda: LSTM(UNITS), INPUTS, call_kwargs={"mask": None})


@pytest.mark.parametrize("masked", [False, True], ids=["all", "masked"])
@pytest.mark.parametrize(
    "kwargs", [{}, {"use_bias": False}, {"unit_forget_bias": False}, {"return_sequences": False}], ids=str
)
def test_equals_keras_with_all_gradients(masked, kwargs):
    assert_equal(*pair(**kwargs), MASK if masked else None, STATE)


@pytest.mark.parametrize("masked", [False, True], ids=["all", "masked"])
def test_equals_keras_backwards(masked):
    """From an empty state where the padding comes first: Keras gives zeros before the first word, we the initial h."""
    state = [np.zeros_like(s) for s in STATE] if masked else STATE
    assert_equal(*pair(go_backwards=True), MASK if masked else None, state, but=["d h"] if masked else [])


def test_equals_keras_with_holes_in_the_mask():
    mask = np.array([[1, 0, 1, 0, 1], [1, 1, 0, 0, 1], [1, 0, 0, 0, 0]], bool)
    assert_equal(*pair(), mask, STATE)


@pytest.mark.parametrize("masked", [False, True], ids=["all", "masked"])
def test_equals_keras_in_one_step(masked):
    ours, theirs = pair()
    mask = np.array([[True], [False], [True]]) if masked else None
    (_, *states), (_, *expected) = (layer(INPUTS[:, :1], mask=mask, initial_state=STATE) for layer in (ours, theirs))
    np.testing.assert_allclose(states, expected, rtol=1e-5, atol=1e-6)
    if not masked:
        assert_equal(ours, theirs, None, STATE, INPUTS[:, :1])


def test_masked_steps_before_the_first_word_give_the_initial_state():
    ours, _ = pair()
    outputs, h, c = ours(INPUTS, mask=np.zeros((BATCH, STEPS), bool), initial_state=STATE)
    np.testing.assert_array_equal(outputs, np.repeat(STATE[0][:, None], STEPS, axis=1))
    np.testing.assert_array_equal([h, c], STATE)


@pytest.fixture
def kernel_calls(monkeypatch):
    """A GPU with a stand-in for cuDNN's kernel, as Keras calls it: no other padding than at the end, zeros there."""
    loop, calls = keras.layers.LSTM.inner_loop, []

    def kernel(layer, sequences, initial_state, mask, training=False):
        calls.append(mask)
        if mask is not None:
            length = tf.reduce_sum(tf.cast(mask, tf.int32), axis=1)
            at_the_end = tf.equal(mask, tf.sequence_mask(length, tf.shape(mask)[1]))
            valid = tf.reduce_all(at_the_end) & tf.reduce_all(length > 0)
            with tf.control_dependencies([tf.Assert(valid, ["not padded at the end"])]):
                sequences = tf.identity(sequences)
        h, outputs, states = loop(layer, sequences, initial_state, mask, training=training)
        if mask is not None and layer.return_sequences:
            in_order = mask[:, ::-1] if layer.go_backwards else mask
            outputs *= tf.cast(in_order, outputs.dtype)[..., tf.newaxis]
        return h, outputs, states

    monkeypatch.setattr(keras.layers.LSTM, "inner_loop", kernel)
    monkeypatch.setattr(LSTM, "_may_use_cudnn", lambda layer: True)
    return calls


MASKS = {
    "none": None,
    "at the end": MASK,
    "before the first word": MASK[:, ::-1],
    "a hole": np.array([[1, 0, 1, 0, 1], [1, 1, 0, 0, 1], [1, 0, 0, 0, 0]], bool),
    "an empty text": np.arange(STEPS) < np.array([5, 0, 3])[:, None],
}


@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
@pytest.mark.parametrize(
    "padding, return_sequences", [*((name, True) for name in MASKS), ("none", False), ("at the end", False)]
)
def test_cudnn_reads_what_is_padded_at_the_end_and_gives_what_the_loop_gives(
    padding, backwards, return_sequences, request
):
    ours, _ = pair(go_backwards=backwards, return_sequences=return_sequences)
    expected = results_and_gradients(ours, MASKS[padding], STATE)
    calls = request.getfixturevalue("kernel_calls")
    found = results_and_gradients(ours, MASKS[padding], STATE)
    assert len(calls) == (padding in ("none", "at the end"))
    graph = tf.function(lambda: results_and_gradients(ours, MASKS[padding], STATE))()
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-4, atol=1e-5, err_msg=name)
        np.testing.assert_allclose(graph[name], value, rtol=1e-4, atol=1e-5, err_msg=name)


@pytest.mark.parametrize(
    "kwargs, applies",
    [
        ({}, True),
        ({"dtype": "mixed_float16"}, True),
        ({"dtype": "mixed_bfloat16"}, False),
        ({"use_bias": False}, False),
        ({"use_cudnn": False}, False),
    ],
    ids=str,
)
def test_cudnn_is_for_what_it_computes_rightly(kwargs, applies, monkeypatch):
    layer = LSTM(UNITS, **kwargs)
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind=None: [f"{kind}:0"])
    assert layer._may_use_cudnn() == applies
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind=None: [])
    assert not layer._may_use_cudnn()


def test_unknown_batch_and_length_share_one_graph():
    ours, theirs = pair()
    graph = tf.function(
        lambda x, mask: ours(x, mask=mask),
        input_signature=[tf.TensorSpec((None, None, WIDTH)), tf.TensorSpec((None, None), tf.bool)],
    )
    for rows, steps in ((3, 5), (2, 1), (1, 3)):
        x, mask = INPUTS[:rows, :steps], MASK[:rows, :steps]
        for a, e in zip(graph(x, mask), theirs(x, mask=mask), strict=True):
            np.testing.assert_allclose(a, e, rtol=1e-5, atol=1e-6)
    assert graph.experimental_get_tracing_count() == 1


@pytest.mark.parametrize("policy, tolerance", [("float16", 1e-2), ("mixed_float16", 1e-2), ("mixed_bfloat16", 6e-2)])
def test_half_precision_is_near_and_has_finite_gradients(policy, tolerance):
    full, _ = pair()
    half = LSTM(UNITS, return_sequences=True, return_state=True, dtype=policy)
    half.build((None, None, WIDTH))
    half.set_weights([w * 0.3 for w in full.get_weights()])
    full.set_weights([w * 0.3 for w in full.get_weights()])
    with tf.GradientTape() as tape:
        outputs, *_ = half(INPUTS, mask=MASK)
        loss = tf.reduce_sum(tf.cast(outputs, tf.float32) ** 2)
    np.testing.assert_allclose(tf.cast(outputs, tf.float32), full(INPUTS, mask=MASK)[0], atol=tolerance)
    assert outputs.dtype == half.compute_dtype
    for gradient in tape.gradient(loss, [v.value for v in half.trainable_variables]):
        assert np.isfinite(tf.cast(gradient, tf.float32)).all() and np.any(tf.cast(gradient, tf.float32))


def recurrent_only(**kwargs):
    """h_t = tanh(tanh(h_{t-1})): input and output gates open, the forget gate shut, so that a dropped h shows."""
    layer = LSTM(UNITS, return_sequences=True, use_bias=True, seed=1, **kwargs)
    layer.build((None, None, WIDTH))
    zeros = np.zeros((UNITS, UNITS), np.float32)
    recurrent = np.concatenate([zeros, zeros, np.eye(UNITS, dtype=np.float32), zeros], axis=1)
    bias = np.concatenate([np.full(UNITS, 20.0), np.full(UNITS, -20.0), np.zeros(UNITS), np.full(UNITS, 20.0)])
    layer.set_weights([np.zeros((WIDTH, 4 * UNITS), np.float32), recurrent, bias.astype(np.float32)])
    return layer


@pytest.mark.parametrize("steps", [1, 4])
def test_recurrent_dropout_drops_the_same_units_at_every_step(steps):
    """With h_t = tanh(tanh(m h_{t-1})), a dropped unit is 0 from the first step on, and a kept one is not."""
    layer = recurrent_only(recurrent_dropout=0.5)
    ones = [np.ones((50, UNITS), np.float32)] * 2
    x = np.zeros((50, steps, WIDTH), np.float32)
    outputs = layer(x, initial_state=ones, training=True).numpy()  # (B, T, H)
    dropped = outputs < 1e-6  # a gate at -20 is not quite shut
    np.testing.assert_array_equal(dropped, np.repeat(dropped[:, :1], steps, axis=1))
    assert 0.35 < dropped[:, 0].mean() < 0.65
    np.testing.assert_allclose(outputs[:, 0][~dropped[:, 0]], np.tanh(np.tanh(2.0)), rtol=1e-5)  # scaled by 1 / (1 - p)
    assert not np.array_equal(dropped[:, 0], layer(x, initial_state=ones, training=True).numpy()[:, 0] < 1e-6)
    assert (layer(x, initial_state=ones, training=False).numpy() > 0).all()


def test_the_recurrent_mask_is_drawn_from_the_seed_and_only_in_training():
    """Inference leaves the seed alone, so that a validation in between does not change a run."""
    x, ones = INPUTS[:, :2], [np.ones((BATCH, UNITS), np.float32)] * 2
    first, second = (recurrent_only(recurrent_dropout=0.5) for _ in range(2))
    second(x, initial_state=ones, training=False)
    np.testing.assert_array_equal(*(layer(x, initial_state=ones, training=True) for layer in (first, second)))


@pytest.mark.parametrize(
    "name, value",
    [
        ("activation", "relu"),
        ("recurrent_activation", "hard_sigmoid"),
        ("zero_output_for_mask", True),
        ("dropout", 0.5),
    ],
)
def test_what_must_stay(name, value):
    with pytest.raises(ValueError, match=f"LSTM: {name} must be"):
        LSTM(3, **{name: value})


@pytest.mark.parametrize("padding", ["none", "at the end", "a hole"])
@pytest.mark.parametrize("cudnn", [False, True], ids=["loop", "cudnn"])
def test_weight_drop_masks_the_kernel_once_a_call(padding, cudnn, request):
    """The same weights without dropout, the dropped kernel in their place, give the same, gradients included."""
    calls = request.getfixturevalue("kernel_calls") if cudnn else []
    dropped, plain = LSTM(UNITS, weight_drop=0.5, seed=3, return_sequences=True), LSTM(UNITS, return_sequences=True)
    for layer in (dropped, plain):
        layer.build((None, None, WIDTH))
    plain.set_weights(dropped.get_weights())
    np.testing.assert_array_equal(dropped(INPUTS), plain(INPUTS))
    twin = LSTM(UNITS, weight_drop=0.5, seed=3)
    twin.build((None, None, WIDTH))
    mask = twin.weight_dropout(tf.ones((UNITS, 4 * UNITS)), training=True).numpy()
    assert set(np.unique(mask)) == {0.0, 2.0}
    kernel, recurrent, bias = dropped.get_weights()
    plain.set_weights([kernel, recurrent * mask, bias])
    found = []
    for layer in (dropped, plain):
        with tf.GradientTape() as tape:
            outputs = layer(INPUTS, mask=MASKS[padding], training=True)
            loss = tf.reduce_sum(outputs * outputs)
        found.append([outputs, tape.gradient(loss, layer.cell.recurrent_kernel.value)])
    assert len(calls) == (4 if cudnn and padding != "a hole" else 2 if cudnn else 0)
    np.testing.assert_array_equal(dropped.get_weights()[1], recurrent)  # the variable is back
    np.testing.assert_allclose(found[0][0], found[1][0], atol=1e-6)
    np.testing.assert_allclose(found[0][1], found[1][1] * mask, atol=1e-5)


def test_without_weight_drop_no_seed_is_drawn_for_it():
    keras.utils.set_random_seed(1)
    assert len(LSTM(UNITS).variables) == len(keras.layers.LSTM(UNITS).variables) + 1  # of the recurrent dropout


@pytest.mark.parametrize("rate", [0.0, 0.5])
def test_recurrent_dropout_costs_no_kernel_outside_training(rate, monkeypatch):
    calls = []

    def kernel(*arguments, **options):
        calls.append(options)
        raise NotImplementedError

    monkeypatch.setattr("keras.src.backend.lstm", kernel)
    monkeypatch.setattr(LSTM, "_may_use_cudnn", lambda layer: True)
    layer = LSTM(UNITS, recurrent_dropout=rate)
    layer(INPUTS)
    assert len(calls) == 1 and layer.recurrent_dropout == rate


def test_whether_cudnn_is_used_is_part_of_the_configuration():
    assert LSTM.from_config(LSTM(UNITS, use_cudnn=False).get_config()).use_cudnn is False
