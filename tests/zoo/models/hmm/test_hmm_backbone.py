import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.text import WordTokenizer

from tests.checks.model import check_causal_lm, logits_of

WORDS = ["<unk>", "<eos>", "the", "cat", "sat", "猫", "坐"]


def model():
    return zoo.create("hmm_tiny", tokenizer=WordTokenizer(WORDS), num_states=3, initializer_range=1.0)


@pytest.mark.ci
def test_contract():
    check_causal_lm(model())


def test_what_closes_a_text_begins_the_next():
    own = model()
    assert own.config.start_id == own.config.end_id == 1
    # Each text by itself: where a row of a product stands in its batch decides how it is rounded.
    one, other = (logits_of(own, np.array([ids], np.int32))[0, 2:] for ids in ([2, 3, 1, 4], [5, 6, 1, 4]))
    np.testing.assert_array_equal(one, other)


def test_states_of_texts_with_an_end_in_them():
    own = model()
    apart, together = own.backbone.best_states([[2, 3, 1], [4, 5], []]), own.backbone.best_states([[2, 3, 1, 4, 5]])
    assert apart[0] + apart[1] == together[0] and apart[2] == []
    assert own.score(["the cat"])[0]["states"] == own.backbone.best_states([[2, 3]])[0]


def test_the_card_names_the_words_of_each_state():
    own = model()
    own.backbone.markov.set_probabilities(
        [1, 0, 0], np.full((3, 3), 1 / 3), np.eye(7)[[3, 4, 5]] * 0.93 + 0.01 * np.ones((3, 7))
    )
    lines = own.backbone.card_sections(WORDS)["States"].splitlines()
    assert lines[2].startswith("- 0 (33.3%): `cat`, ") and lines[3].startswith("- 1 (33.3%): `sat`, ")


def test_a_belief_is_float32_under_mixed_precision():
    ids, policy = tf.constant([[3, 7, 9, 11, 2, 4]]), keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = zoo.create("hmm_tiny", vocabulary_size=50)
        whole, state = model({"token_ids": ids})["logits"], model.initial_state(1)
        for place in range(ids.shape[1]):
            logits, state = model.step(ids[:, place], state)
        np.testing.assert_allclose(logits, whole[:, -1], atol=1e-5)
    finally:
        keras.config.set_dtype_policy(policy)
