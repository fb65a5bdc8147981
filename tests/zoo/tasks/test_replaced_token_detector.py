import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.text import WordPieceTokenizer

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "猫"]


@pytest.fixture(scope="module")
def model():
    return zoo.create("electra_tiny", tokenizer=WordPieceTokenizer(PIECES), num_layers=1, initializer_range=0.5)


def test_every_token_has_the_sigmoid_of_its_logit(model):
    long, short = model.detect(["the cats 猫", "dog"])
    assert [each["token"] for each in long] == ["[CLS]", "the", "cat", "##s", "猫", "[SEP]"]
    assert [each["token"] for each in short] == ["[CLS]", "[UNK]", "[SEP]"]
    for row, found in (([2, 5, 6, 7, 8, 3], long), ([2, 1, 3], short)):
        logits = model({"token_ids": tf.constant([row])})["logits"][0].numpy().astype(np.float64)
        assert [each["probability"] for each in found] == pytest.approx((1 / (1 + np.exp(-logits))).tolist(), abs=1e-5)


def test_no_text_and_one_string(model):
    assert model.detect([]) == []
    with pytest.raises(ValueError, match="texts must be a list of strings"):
        model.detect("the")
