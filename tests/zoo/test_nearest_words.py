"""Neighbours by cosine, from an embedding matrix that is written down."""

import langzoo.zoo as zoo
import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import WordTokenizer
from langzoo.zoo.nearest_words import best_places, cosines_of, nearest_words

WORDS = ["<unk>", "<eos>", "king", "queen", "mat", "nothing"]


def test_rows_of_the_matrix():
    model = zoo.create("nnlm_tiny", tokenizer=WordTokenizer(WORDS, split="punctuation"))
    table = np.zeros(model.backbone.token_embedding.embeddings.shape, np.float32)
    table[:5, :2] = [[9, 9], [1, 0], [1, 0], [4, 3], [0, -2]]
    table[6:] = 1  # no words: they only round the size up
    model.backbone.token_embedding.embeddings.assign(table)
    king, both = nearest_words(model, ["king", "king, queen"], count=2)
    assert king["tokens"] == ["king"]
    assert king["neighbours"][0] == {"token": "queen", "cosine": pytest.approx(0.8)}
    assert both["tokens"] == ["king", "queen"] and both["neighbours"][0]["token"] not in both["tokens"]
    with pytest.raises(UserError, match="cannot write 'xyz'"):
        nearest_words(model, ["xyz"])


def test_rows_of_zeros_and_equals():
    assert cosines_of(np.float32([1, 0]), np.float32([[0, 0], [-3, 0]])).tolist() == [0, -1]
    assert best_places(np.float32([1, 3, 3]), 2) == [1, 2]
