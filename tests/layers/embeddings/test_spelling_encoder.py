import numpy as np
import tensorflow as tf
from langzoo.layers.embeddings import SpellingEncoder
from langzoo.layers.plain.text.spelling_table import spelling_table

TOKENS = ["a", "cat", "猫"]


def test_a_token_is_read_by_its_characters():
    layer = SpellingEncoder(4, max_word_length=5, character_dim=4, filters=((1, 2), (2, 3)))
    layer.spell(TOKENS)
    ids = tf.constant([[0, 2], [1, 3]])
    found = layer(ids).numpy()
    characters = spelling_table(TOKENS, rows=4, columns=5)[ids.numpy()]
    np.testing.assert_array_equal(found, layer.character_encoder(characters))
    assert found.shape == (2, 2, 5)
    assert np.abs(found[0, 0] - found[1, 0]).max() > 1e-3
    assert not found[1, 1].any()  # a row beyond the tokens is all padding


def test_the_table_is_saved_and_no_weight_that_learns():
    layer = SpellingEncoder(4, max_word_length=5, character_dim=4, filters=((1, 2),))
    layer(tf.constant([[0]]))
    assert [weight.name for weight in layer.non_trainable_weights] == ["characters"]
    assert SpellingEncoder.from_config(layer.get_config()).get_config() == layer.get_config()
