"""LSTMs that look at a source, against plain NumPy, in both ways of computing and learning."""

import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.recurrent import AttentionDecoder

RNG = np.random.default_rng(4)
B, T, S, D, H, A = 2, 3, 4, 5, 6, 7
INPUTS, VALUES = RNG.normal(size=(B, T, D)).astype(np.float32), RNG.normal(size=(B, S, H)).astype(np.float32)
MASK = np.array([[1, 1, 1, 1], [1, 1, 0, 0]], bool)
START = {f"{kind}_{i}": RNG.normal(size=(B, H)).astype(np.float32) for i in range(2) for kind in "hc"}
ATTENTIONS = ["bahdanau", "luong_dot", "luong_general", "luong_concat"]
EVERY = pytest.mark.parametrize(
    ("attention", "feeding"), [(attention, feeding) for attention in ATTENTIONS for feeding in (True, False)]
)


def make(attention, feeding, **options):
    decoder = AttentionDecoder(
        2, hidden_dim=H, output_dim=A, attention=attention, input_feeding=feeding, name="decoder", **options
    )
    decoder.build((None, None, D))
    random = np.random.default_rng(5)
    decoder.set_weights([random.normal(size=weight.shape) * 0.5 for weight in decoder.get_weights()])
    return decoder


def read(decoder, inputs=INPUTS, start=START, **options):
    values, state = tf.constant(VALUES), {name: tf.constant(value) for name, value in start.items()}
    state = state if "feed" in state else decoder.initial_state(state)
    return decoder(tf.constant(inputs), state, decoder.project(values), values, tf.constant(MASK), **options)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def look(decoder, state, row):
    layer, values = decoder.alignment, VALUES[row, MASK[row]]
    if layer.score == "dot":
        scores = values @ state
    elif layer.score == "general":
        scores = values @ layer.key.kernel.numpy() @ state
    else:
        inner = values @ layer.key.kernel.numpy() + state @ layer.query.kernel.numpy()
        scores = np.tanh(inner) @ layer.energy.kernel.numpy()[:, 0]
    weights = np.exp(scores - scores.max())
    return weights / weights.sum() @ values


def expected(decoder, row):
    """Word after word: Luong et al. 2015, sections 3.1 and 3.3; Bahdanau et al. 2015, appendix A.1.2, with LSTMs."""
    states = [[START[f"{kind}_{i}"][row] for kind in "hc"] for i in range(2)]
    feed, outputs = np.zeros(A), []
    for word in INPUTS[row]:
        seen = look(decoder, states[-1][0], row) if decoder.attention == "bahdanau" else None
        x = word
        if decoder.input_feeding:
            x = np.concatenate([word, feed if seen is None else seen])
        for layer, state in zip(decoder.stack.forward_layers, states, strict=True):
            kernel, recurrent, bias = (weight.numpy() for weight in layer.weights[:3])
            i, f, g, o = np.split(x @ kernel + state[0] @ recurrent + bias, 4)
            state[1] = sigmoid(f) * state[1] + sigmoid(i) * np.tanh(g)
            state[0] = x = sigmoid(o) * np.tanh(state[1])
        seen = look(decoder, x, row) if seen is None else seen
        feed = np.tanh(np.concatenate([seen, x]) @ decoder.combination.kernel.numpy())
        outputs.append(feed)
    return np.array(outputs), states


@EVERY
def test_against_numpy(attention, feeding):
    decoder = make(attention, feeding)
    found = read(decoder, return_attention_weights=True)
    assert found["attention_weights"].shape == (B, T, S)
    np.testing.assert_allclose(tf.reduce_sum(found["attention_weights"], -1), np.ones((B, T)), atol=1e-5)
    for row in range(B):
        outputs, states = expected(decoder, row)
        np.testing.assert_allclose(found["outputs"][row], outputs, atol=1e-5)
        for i, (h, c) in enumerate(states):
            np.testing.assert_allclose(found["state"][f"h_{i}"][row], h, atol=1e-5)
            np.testing.assert_allclose(found["state"][f"c_{i}"][row], c, atol=1e-5)


@EVERY
def test_a_text_may_be_cut_and_padded(attention, feeding):
    decoder = make(attention, feeding)
    whole = read(decoder)
    first = read(decoder, INPUTS[:, :1])
    second = read(decoder, INPUTS[:, 1:], first["state"])
    parts = np.concatenate([first["outputs"], second["outputs"]], axis=1)
    np.testing.assert_allclose(parts, whole["outputs"], atol=1e-5)
    padded = np.concatenate([INPUTS, 9 * np.ones((B, 2, D), np.float32)], axis=1)
    mask = tf.constant([[True] * 3 + [False] * 2] * B)
    found = read(decoder, padded, padding_mask=mask)
    np.testing.assert_allclose(found["outputs"][:, :3], whole["outputs"], atol=1e-5)
    for name, value in whole["state"].items():
        np.testing.assert_allclose(found["state"][name], value, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("attention", ["bahdanau", "luong_general"])
@pytest.mark.parametrize("in_graph", [False, pytest.param(True, marks=pytest.mark.ci)])
def test_the_gradients_of_training_are_those_of_plain_products(attention, in_graph):
    """The matrices of the loop get theirs after it, in training; else automatic differentiation sees every product."""
    decoder = make(attention, True)

    def gradients(training):
        with tf.GradientTape() as tape:
            found = read(decoder, training=training)
            loss = tf.reduce_sum(found["outputs"] ** 2 * np.arange(1.0, A + 1)) + tf.reduce_sum(found["state"]["c_0"])
        return tape.gradient(loss, [variable.value for variable in decoder.trainable_variables])

    run = tf.function(gradients, autograph=False) if in_graph else gradients
    for variable, ours, plain in zip(decoder.trainable_variables, run(True), run(False), strict=True):
        np.testing.assert_allclose(ours, plain, atol=1e-4, err_msg=variable.path)
        assert np.abs(plain).max() > 1e-3


def test_dropout_is_new_at_every_step_and_in_training_alone():
    decoder = make("luong_general", True, dropout=0.5)
    np.testing.assert_array_equal(read(decoder)["outputs"], read(decoder, training=False)["outputs"])
    dropped = read(decoder, training=True)["outputs"].numpy() == 0
    assert 0.2 < dropped.mean() < 0.8 and (dropped[:, 0] != dropped[:, 1]).any()


def test_a_twin_from_its_configuration():
    decoder = make("bahdanau", True, dropout=0.1)
    twin = AttentionDecoder.from_config(decoder.get_config())
    twin.build((None, None, D))
    assert twin.get_config() == decoder.get_config()
    assert [w.shape for w in twin.weights] == [w.shape for w in decoder.weights]
    with pytest.raises(ValueError, match=r"attention must be one of bahdanau, luong_dot, .* not 'luong'"):
        AttentionDecoder(1, hidden_dim=2, output_dim=2, attention="luong")
