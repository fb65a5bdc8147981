"""The components of a prior with their sentences."""

import keras
import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers import WordTokenizer
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.component_summaries import component_summaries

SENTENCES = ["the cat sat", "the dog sat on the mat", "cat"]


def model_of(prior):
    keras.utils.set_random_seed(3)
    tokenizer = WordTokenizer(["<unk>", "<eos>", "the", "cat", "sat", "on", "mat", "dog"])
    return zoo.create("lstm_vae_tiny", tokenizer=tokenizer, vocabulary_size=8, prior=prior, initializer_range=0.8)


def test_components_with_their_sentences():
    model = model_of("tree")
    found = component_summaries(model, SENTENCES * 3, examples=2)
    beliefs = np.array([each["responsibilities"] for each in model.posteriors(SENTENCES)])
    members = dict(zip(model.prior.names, np.bincount(beliefs.argmax(-1), minlength=16).tolist(), strict=True))
    assert {each["cluster"]: each["count"] for each in found} == {name: 3 * count for name, count in members.items()}
    # Each text once, two at most: an untrained model may put all three in one component or in three.
    assert {each["cluster"]: len(each["examples"]) for each in found} == {
        name: min(count, 2) for name, count in members.items()
    }
    assert sum(each["weight"] for each in found) == pytest.approx(1)


def test_a_prior_without_components_is_refused():
    with pytest.raises(UserError, match="standard normal without components"):
        component_summaries(model_of("normal"), SENTENCES)
