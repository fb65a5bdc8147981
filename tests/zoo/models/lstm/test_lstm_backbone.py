import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import ByteTokenizer, WordTokenizer

from tests.checks.model import check_causal_lm

WORDS = ["<unk>", "<eos>", "the", "cat", "sat", "猫", "坐", "mat", "é"]


def make(**changes):
    """`lstm_tiny` with weights of a trained model's size, so that its predictions differ."""
    model = zoo.create("lstm_tiny", tokenizer=WordTokenizer(WORDS), **{"embedding_dim": 8, "hidden_dim": 8, **changes})
    rng = np.random.default_rng(1)
    for weight in model.weights:
        low = 0.5 if "variance" in weight.path or "gamma" in weight.path else -1.0
        weight.assign(rng.uniform(low, 1.0, weight.shape))
    return model


@pytest.mark.parametrize(
    "changes",
    [
        {},
        pytest.param(
            {"tie_embeddings": True, "residual": True, "norm": "layer", "num_layers": 2}, marks=pytest.mark.slow
        ),
        pytest.param(
            {"norm": "batch", "dropout": 0.5, "recurrent_dropout": 0.5, "num_layers": 2, "embedding_dim": 6},
            marks=pytest.mark.ci,
        ),
    ],
    ids=["plain", "tied, residual, layer norm", "batch norm, dropouts"],
)
def test_contract(changes):
    check_causal_lm(make(**changes))


def test_tied_embeddings_need_one_width_and_save_it_once():
    with pytest.raises(UserError, match=r"embedding_dim \(8\) and hidden_dim \(16\) equal"):
        make(tie_embeddings=True, hidden_dim=16)
    assert not [w.path for w in make(tie_embeddings=True).weights if w.path.startswith("head") and "kernel" in w.path]


def test_dropout_is_for_training_only():
    model = make(dropout=0.5)
    inputs = {"token_ids": tf.constant([[1, 2, 3]])}
    logits = [model(inputs, training=training)["logits"].numpy() for training in (False, False, True, True)]
    np.testing.assert_array_equal(logits[0], logits[1])
    assert np.abs(logits[2] - logits[3]).max() > 1e-3 < np.abs(logits[0] - logits[2]).max()


def test_bytes_and_chinese_go_in_and_come_out():
    model = zoo.create("lstm_tiny", tokenizer=ByteTokenizer(), embedding_dim=4, hidden_dim=4)
    (score,) = model.score(["猫é"])
    assert len(score["tokens"]) == len("猫é".encode())
    (out,) = model.generate(["猫"], max_tokens=3, decoder="temperature", seed=1)
    assert isinstance(out["text"], str) and len(out["tokens"]) == 3  # bytes that are no text become U+FFFD


def test_weights_start_uniform_in_the_range():
    model = zoo.create("lstm_tiny", initializer_range=0.05, forget_bias=0.0)
    for weight in model.weights:
        largest = np.abs(weight.numpy()).max()
        assert largest == 0 if "bias" in weight.path else 0.045 < largest <= 0.05, weight.path
