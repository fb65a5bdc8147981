import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.text import WordTokenizer

from tests.checks.model import check_causal_lm, logits_of

WORDS = ["<unk>", "<eos>", "the", "cat", "sat", "猫", "坐"]


def make(**changes):
    settings = {"embedding_dim": 5, "hidden_dim": 4, "max_sequence_length": 4, **changes}
    model = zoo.create("bilstm_next_word", tokenizer=WordTokenizer(WORDS), **settings)
    rng = np.random.default_rng(1)
    for weight in model.weights:
        weight.assign(rng.uniform(-1, 1, weight.shape))
    return model


@pytest.mark.ci
def test_contract():
    check_causal_lm(make())


def test_looks_back_on_the_window_and_no_further():
    model = make()
    ids = np.array([[0, 1, 2, 3, 4, 5]], np.int32)
    far, near = ids.copy(), ids.copy()
    far[0, 1], near[0, 2] = 6, 6
    last = logits_of(model, ids)[0, -1]
    np.testing.assert_array_equal(logits_of(model, far)[0, -1], last)
    assert np.abs(logits_of(model, near)[0, -1] - last).max() > 1e-4


def test_a_position_sees_the_ends_of_both_readings_of_its_window():
    """One layer, one window: forward LSTM at the last word, backward LSTM at the first."""
    model = make()
    backbone, ids = model.backbone, np.array([[2, 3, 4]], np.int32)
    x = backbone.token_embedding(ids)
    forward, *_ = backbone.encoder.forward_layers[0](x)
    backward, *_ = backbone.encoder.backward_layers[0](x)  # in its own order: the first word last
    expected = tf.concat([forward[:, -1], backward[:, -1]], axis=-1)
    np.testing.assert_allclose(backbone({"token_ids": ids})["hidden_states"][:, -1], expected, rtol=1e-5, atol=1e-6)
