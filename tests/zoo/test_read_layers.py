"""Vectors of texts from every layer: the last is the body's own, and each is the mean over tokens."""

import keras
import langzoo.zoo as zoo
import numpy as np
import pytest
from langzoo.layers import ByteTokenizer
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.read_layers import read_layers

TEXTS = ["a cat sat", "", "猫", "a longer text than the others " * 9]
LAYERS = {
    "gpt2_tiny": ["embeddings", "block 1", "block 2"],
    "t5_tiny": ["embeddings", "block 1", "block 2"],
    "lstm_tiny": ["embeddings", "layer 1"],
    "lstm_seq2seq_tiny": ["embeddings", "layer 1", "layer 2"],
    "text_cnn_tiny": ["embeddings", "top"],
}
CHEAP = "gpt2_tiny"


@pytest.mark.parametrize(
    "name", [CHEAP, *(pytest.param(name, marks=pytest.mark.ci) for name in LAYERS if name != CHEAP)]
)
def test_layers_of_texts_side_by_side(name):
    model = _model(name)
    found = read_layers(model, TEXTS, batch_size=3)
    assert list(found) == LAYERS[name]
    rows = np.concatenate([_by_hand(model, text) for text in TEXTS])
    np.testing.assert_allclose(list(found.values())[-1], rows, rtol=2e-4, atol=2e-5)


@pytest.mark.ci
def test_pairs_are_read_as_the_model_reads_them():
    classifier, causal = _model("text_cnn_tiny"), _model("gpt2_tiny")
    pair = read_layers(classifier, ["a"], ["b"])["top"]
    assert not np.allclose(pair, read_layers(classifier, ["a b"])["top"])
    np.testing.assert_array_equal(read_layers(causal, ["a"], ["b"])["block 2"], read_layers(causal, ["a b"])["block 2"])


def test_tables_have_no_vectors():
    with pytest.raises(UserError, match="no token vectors"):
        read_layers(_model("bigram"), ["a"])


def _model(name):
    keras.utils.set_random_seed(1)
    options = {"labels": ["bad", "good"]} if name.startswith("text_") else None
    return zoo.create(name, tokenizer=ByteTokenizer(), options=options)


def _by_hand(model, text):
    """The mean of the last hidden states of one text, read alone."""
    longest = model.max_sequence_length
    if model.task == "text_classifier":
        return model.encode(model.pack([text]))["hidden_states"].numpy().mean(axis=1)
    ids = model.tokenizer.tokenize([text]).numpy().tolist()[0]
    if model.task == "seq2seq_lm":
        ids = [*ids[: longest - 1], model.tokenizer.end_id]
        return model.backbone.encode({"token_ids": np.int32([ids])})["hidden_states"].numpy().mean(axis=1)
    ids = [model.tokenizer.start_id, *ids][:longest]
    return model.backbone({"token_ids": np.int32([ids])})["hidden_states"].numpy().mean(axis=1)
