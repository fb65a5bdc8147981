import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.text import WordTokenizer

WORDS = ["<unk>", "<eos>", "the", "cat", "sat", "猫", "坐"]
WAYS = [
    (directions, pooling)
    for directions in ("both", "forward")
    for pooling in ("last_state", "mean", "max", "attention")
]


def make(**changes):
    settings = {"embedding_dim": 5, "hidden_dim": 4, **changes}
    return zoo.create(
        "text_bilstm_tiny", tokenizer=WordTokenizer(WORDS), options={"labels": ["a", "b", "c"]}, **settings
    )


@pytest.mark.parametrize(("directions", "pooling"), WAYS)
def test_padding_counts_nothing_and_weights_are_counted(directions, pooling):
    model = make(directions=directions, pooling=pooling)
    ids, mask = np.array([[2, 3, 4], [5, 6, 1]], np.int32), np.array([[1, 1, 1], [1, 1, 0]], np.bool_)
    plain = model({"token_ids": ids, "padding_mask": mask})["logits"]
    padded = {
        "token_ids": np.pad(ids, [(0, 0), (0, 3)], constant_values=2),
        "padding_mask": np.pad(mask, [(0, 0), (0, 3)]),
    }
    np.testing.assert_allclose(model(padded)["logits"], plain, atol=1e-6)
    assert model.count_params() == model.config.parameter_count(num_classes=3)


def test_the_last_state_is_where_each_direction_ends():
    model = make(pooling="last_state")
    backbone, ids = model.backbone, np.array([[2, 3, 4]], np.int32)
    x = backbone.token_embedding(ids)
    forward, *_ = backbone.encoder.forward_layers[0](x)
    backward, *_ = backbone.encoder.backward_layers[0](x)  # in its own order: the first word last
    ends = tf.concat([forward[:, -1], backward[:, -1]], axis=-1)
    np.testing.assert_allclose(model({"token_ids": ids})["logits"], model.head(ends), atol=1e-6)
