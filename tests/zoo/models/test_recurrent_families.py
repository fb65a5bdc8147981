"""Every recurrent and windowed family before the Transformers keeps the contract of causal language models."""

import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.text import WordTokenizer

from tests.checks.model import BATCH, LENGTH, TOLERANCE, check_causal_lm, check_parameters, check_prefill, check_steps

WORDS = ["<unk>", "<eos>", "the", "cat", "sat", "猫", "坐", "mat", "é"]
FAMILIES = {
    "gru_tiny": {"embedding_dim": 6, "hidden_dim": 8, "num_layers": 2, "dropout": 0.5, "recurrent_dropout": 0.5},
    "rnnlm_tiny": {"embedding_dim": 8, "hidden_dim": 8, "tie_embeddings": True},
    "nnlm_tiny": {"order": 4, "embedding_dim": 4, "hidden_dim": 8, "direct_connections": True, "dropout": 0.5},
    "char_cnn_lstm_tiny": {"hidden_dim": 8, "filters": ((1, 3), (3, 5)), "num_layers": 2, "dropout": 0.5},
    "awd_lstm_tiny": {"embedding_dim": 6, "hidden_dim": 8},
}


def make(name, **changes):
    """With weights of a trained model's size, so that its predictions differ."""
    model = zoo.create(name, tokenizer=WordTokenizer(WORDS), **{**FAMILIES[name], **changes})
    random = np.random.default_rng(1)
    for weight in model.trainable_weights:
        weight.assign(random.uniform(-1.0, 1.0, weight.shape))
    return model


@pytest.mark.parametrize(
    "name",
    # rnnlm has gru's layers but for the cell, which has its own test.
    [pytest.param(name, marks=pytest.mark.slow if name == "rnnlm_tiny" else pytest.mark.ci) for name in FAMILIES],
)
def test_contract(name):
    check_causal_lm(make(name))


@pytest.mark.parametrize("name", FAMILIES)
def test_one_token_at_a_time_is_the_whole(name):
    model, ids = make(name), np.random.default_rng(1).integers(0, len(WORDS), (BATCH, LENGTH)).astype(np.int32)
    check_steps(model, ids, TOLERANCE)
    check_prefill(model, ids, TOLERANCE)
    check_parameters(model)


@pytest.mark.parametrize("name", [name for name in FAMILIES if name != "rnnlm_tiny"])
def test_dropout_is_for_training_only(name):
    model = make(name)
    inputs = {"token_ids": tf.constant([[1, 2, 3, 4]])}
    logits = [model(inputs, training=training)["logits"].numpy() for training in (False, False, True, True)]
    np.testing.assert_array_equal(logits[0], logits[1])
    assert np.abs(logits[2] - logits[3]).max() > 1e-3 < np.abs(logits[0] - logits[2]).max()
