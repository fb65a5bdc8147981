import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.recurrent import RecurrentEncoder

from tests.checks.layer import check_layer

BATCH, STEPS, WIDTH, HIDDEN = 3, 6, 4, 5
INPUTS = np.random.default_rng(1).normal(size=(BATCH, STEPS, WIDTH)).astype(np.float32)
LENGTHS = np.array([6, 3, 1])
MASK = np.arange(STEPS) < LENGTHS[:, None]
KINDS = {
    "plain": {},
    "layer norm, residual": {"norm": "layer", "residual": True},
    "batch norm": {"norm": "batch"},
    "no forget bias": {"forget_bias": 0.0, "kernel_initializer": keras.initializers.RandomUniform(-0.5, 0.5)},
    "bidirectional": {"bidirectional": True},
    "bidirectional, layer norm, residual": {"bidirectional": True, "norm": "layer", "residual": True},
}
one_way = pytest.mark.parametrize("kind", [name for name in KINDS if "bidirectional" not in name])
any_way = pytest.mark.parametrize("kind", KINDS)


def make(kind="plain", num_layers=2, **kwargs):
    return RecurrentEncoder(num_layers, hidden_dim=HIDDEN, **KINDS[kind], **kwargs)


def randomised(layer, width=WIDTH):
    """Weights that matter: norms, biases and moving statistics too."""
    layer.build((None, None, width))
    rng = np.random.default_rng(5)
    layer.set_weights(
        [
            rng.uniform(0.2, 0.9, w.shape).astype(np.float32) * rng.choice([-1, 1]) ** (w.ndim > 1)
            for w in layer.get_weights()
        ]
    )
    return layer


@any_way
def test_contract(kind):
    check_layer(lambda: make(kind), INPUTS)


def test_stacks_keras_layers_with_norm_then_residual():
    """Two layers as Keras writes them; the width of the first differs, so that only the second has a residual sum."""
    encoder = randomised(make("layer norm, residual"))
    x = INPUTS
    for i, (lstm, norm) in enumerate(zip(encoder.forward_layers, encoder.norms, strict=True)):
        plain = keras.layers.LSTM(HIDDEN, return_sequences=True)
        plain.build(x.shape)
        plain.set_weights(lstm.get_weights())
        gamma, beta = norm.get_weights()
        y = plain(x).numpy()
        y = (y - y.mean(-1, keepdims=True)) / np.sqrt(y.var(-1, keepdims=True) + norm.epsilon) * gamma + beta
        x = y + x if i else y
    np.testing.assert_allclose(encoder(INPUTS)["outputs"], x, rtol=1e-4, atol=1e-5)


def test_batch_norm_uses_the_words_and_not_the_padding():
    encoder = randomised(make("batch norm", num_layers=1))
    gamma, beta, *_ = encoder.norms[0].get_weights()
    before, *_ = encoder.forward_layers[0](INPUTS, mask=MASK)
    words = before.numpy()[MASK]
    expected = (words - words.mean(0)) / np.sqrt(words.var(0) + encoder.norms[0].epsilon) * gamma + beta
    outputs = encoder(INPUTS, padding_mask=MASK, training=True)["outputs"].numpy()[MASK]
    np.testing.assert_allclose(outputs, expected, rtol=1e-3, atol=1e-4)


@any_way
def test_padding_changes_nothing_for_the_words(kind):
    encoder = randomised(make(kind))
    out = encoder(INPUTS, padding_mask=MASK)
    for row, length in enumerate(LENGTHS):
        alone = encoder(INPUTS[row : row + 1, :length])
        np.testing.assert_allclose(out["outputs"][row, :length], alone["outputs"][0], rtol=1e-5, atol=1e-5)
        for name, state in alone["state"].items():
            np.testing.assert_allclose(out["state"][name][row], state[0], rtol=1e-5, atol=1e-5, err_msg=name)


@one_way
@pytest.mark.parametrize("cut", [1, 3, 5])
def test_cut_anywhere_gives_the_whole(kind, cut):
    encoder = randomised(make(kind))
    whole = encoder(INPUTS)
    first = encoder(INPUTS[:, :cut])
    second = encoder(INPUTS[:, cut:], state=first["state"])
    parts = tf.concat([first["outputs"], second["outputs"]], axis=1)
    np.testing.assert_allclose(parts, whole["outputs"], rtol=1e-5, atol=1e-5)
    for name, state in whole["state"].items():
        np.testing.assert_allclose(second["state"][name], state, rtol=1e-5, atol=1e-5)


def test_backward_layers_read_backwards():
    """The backward half of one layer is a forward layer over the reversed text, reversed again."""
    encoder = randomised(make("bidirectional", num_layers=1))
    plain = keras.layers.LSTM(HIDDEN, return_sequences=True)
    plain.build(INPUTS.shape)
    plain.set_weights(encoder.backward_layers[0].get_weights())
    expected = plain(INPUTS[:, ::-1]).numpy()[:, ::-1]
    np.testing.assert_allclose(encoder(INPUTS)["outputs"][..., HIDDEN:], expected, rtol=1e-5, atol=1e-6)


def test_dropout_is_between_layers_and_new_at_every_step():
    one = randomised(make(num_layers=1, dropout=0.5))
    np.testing.assert_array_equal(one(INPUTS, training=True)["outputs"], one(INPUTS)["outputs"])
    two = make(dropout=0.5)
    seen = {}
    two.build((None, None, WIDTH))
    call = two.forward_layers[1].call
    two.forward_layers[1].call = lambda x, **kwargs: seen.setdefault("x", x) is None or call(x, **kwargs)
    two(INPUTS, training=True)
    dropped = seen["x"].numpy() == 0  # (B, T, H)
    assert 0.3 < dropped.mean() < 0.7
    assert (dropped != dropped[:, :1]).any()


def test_initialisation():
    encoder = make("no forget bias")
    encoder.build((None, None, HIDDEN))
    matrices = [w.numpy() for w in encoder.weights if "kernel" in w.path]
    assert all(0.4 < np.abs(m).max() <= 0.5 for m in matrices)
    assert len({m.tobytes() for m in matrices}) == 4  # no two start equal, though all are of one shape
    assert not np.any([w.numpy() for w in encoder.weights if "bias" in w.path])
    encoder = make()
    encoder.build((None, None, WIDTH))
    biases = [w.numpy() for w in encoder.weights if "bias" in w.path]
    np.testing.assert_array_equal(biases, [[0] * HIDDEN + [1] * HIDDEN + [0] * 2 * HIDDEN] * 2)


@pytest.mark.parametrize(
    "kwargs, message",
    [
        ({"norm": "group"}, "norm must be one of none, layer, batch, not 'group'"),
        ({"forget_bias": 0.5}, "forget_bias must be 0.0 or 1.0, not 0.5"),
        ({"num_layers": 0}, "num_layers must be an int of at least 1, not 0"),
        ({"hidden_dim": 0}, "hidden_dim must be an int of at least 1, not 0"),
    ],
)
def test_arguments_are_checked(kwargs, message):
    with pytest.raises(ValueError, match=message):
        RecurrentEncoder(**{"num_layers": 1, "hidden_dim": 2, **kwargs})


def test_bidirectional_takes_no_state():
    with pytest.raises(ValueError, match="state must be None"):
        make("bidirectional")(INPUTS, state=make().initial_state(BATCH))


def test_state_follows_the_compute_dtype():
    state = make(dtype="mixed_bfloat16")(INPUTS)["state"]
    assert {s.dtype for s in state.values()} == {tf.bfloat16}
