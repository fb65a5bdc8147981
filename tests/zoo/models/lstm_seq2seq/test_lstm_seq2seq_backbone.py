"""The encoder's parts, the decoder's first state, and that a tiny one learns."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import WordTokenizer
from langzoo.trainers import NextTargetToken
from langzoo.zoo.read_attention import read_attention

WORDS = ["<unk>", "<eos>", "cat", "猫", "extraordinarily"]
SOURCE = np.array([[2, 3, 1, 0], [3, 2, 4, 1]], np.int32)
MASK = np.array([[1, 1, 1, 0], [1, 1, 1, 1]], bool)


def make(**changes):
    keras.utils.set_random_seed(0)
    return zoo.create("lstm_seq2seq_tiny", tokenizer=WordTokenizer(WORDS), vocabulary_size=5, **changes)


PARTS_LEFT_OUT = [{"words"}, {"characters"}, {"positions"}, {"characters", "positions"}]


@pytest.mark.parametrize("left_out", [set(), *(pytest.param(each, marks=pytest.mark.ci) for each in PARTS_LEFT_OUT)])
def test_the_encoder_reads_words_characters_and_positions_side_by_side(left_out):
    backbone = make(**dict.fromkeys(left_out, False)).backbone
    words = backbone.token_embedding(SOURCE).numpy()
    spelled = None if "characters" in left_out else backbone.spelling(SOURCE)
    parts = [*([] if "words" in left_out else [words]), *([] if spelled is None else [spelled])]
    expected = np.concatenate(parts, axis=-1)
    if "positions" not in left_out:
        expected = expected + backbone.position_embedding.embeddings.numpy()[:4]
    np.testing.assert_allclose(backbone.embed_source(SOURCE), expected, atol=1e-6)


def test_the_decoder_begins_where_both_directions_end():
    backbone = make().backbone
    state = backbone.encode({"token_ids": SOURCE, "padding_mask": MASK})["state"]
    x, half = backbone.embed_source(SOURCE), backbone.config.hidden_dim // 2
    found = backbone.encoder(x, padding_mask=MASK)
    for row, length in enumerate(MASK.sum(-1)):
        outputs = found["outputs"][row].numpy()
        expected = np.concatenate([outputs[length - 1, :half], outputs[0, half:]])  # h, of the top layer
        np.testing.assert_allclose(state["h_1"][row], expected, atol=1e-6)
    np.testing.assert_array_equal(state["c_1"][:, half:], found["state"]["c_1_backward"])
    assert not state["feed"].numpy().any()


def test_the_alignment_is_read_as_a_map():
    found = read_attention(make(), "cat 猫", pair="猫")
    assert (found.kind, found.words, found.looked_at) == ("cross", ["猫", "<eos>"], ["cat", "猫", "<eos>"])
    assert (found.num_layers, found.num_heads) == (1, 1)
    assert found.weights.sum(-1) == pytest.approx(np.ones((1, 1, 2)), abs=1e-5)


def test_configurations_that_are_none():
    with pytest.raises(UserError, match="words or characters must be true"):
        make(words=False, characters=False)
    with pytest.raises(UserError, match="hidden_dim must be even for an encoder in both directions, not 7"):
        make(hidden_dim=7)


@pytest.mark.parametrize(
    "attention",
    [pytest.param("luong_general", marks=pytest.mark.ci), pytest.param("bahdanau", marks=pytest.mark.slow)],
)
def test_it_learns_to_turn_a_text_round_and_looks_from_back_to_front(attention):
    keras.utils.set_random_seed(1)
    sizes = {"vocabulary_size": 12, "characters": False, "initializer_range": 0.3}
    model = zoo.create("lstm_seq2seq_tiny", attention=attention, **sizes)
    random = np.random.default_rng(0)
    lengths = random.integers(3, 7, 2048)
    source, targets = np.zeros((2, 2048, 7), np.int32)
    for row, length in enumerate(lengths):
        text = random.integers(2, 12, length)
        source[row, : length + 1], targets[row, : length + 1] = [*text, 1], [*text[::-1], 1]
    mask = np.arange(7) <= lengths[:, np.newaxis]
    model.start_id = 1
    model.compile(keras.optimizers.Adam(1e-2, global_clipnorm=5.0), objective=NextTargetToken())
    batches = {"source_ids": source, "source_mask": mask, "targets": targets, "weights": mask.astype(np.float32)}
    data = tf.data.Dataset.from_tensor_slices(batches).batch(64, drop_remainder=True)
    model.fit(data, epochs=8, verbose=0)
    inputs = {"source_ids": source, "source_mask": mask, "token_ids": model.shift_right(tf.constant(targets))}
    guessed = model(inputs)["logits"].numpy().argmax(-1)
    assert (guessed == targets)[mask].mean() > 0.97
    weights = model.attention_weights({name: each[:64] for name, each in inputs.items()})["cross"][0][:, 0].numpy()
    right = [
        abs(weights[row, t].argmax() - (lengths[row] - 1 - t)) <= 1 for row in range(64) for t in range(lengths[row])
    ]
    assert np.mean(right) > 0.9
