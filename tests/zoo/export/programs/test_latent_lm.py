"""Exports of models that draw a vector first: the texts of the live model, and the vectors of sentences."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers import WordTokenizer
from langzoo.layers.plain.errors import UserError
from langzoo.serving import ExportedModel, LiteModel
from langzoo.zoo.export import export_litert, export_saved_model

pytestmark = pytest.mark.slow
OPTIONS = {"max_tokens": 5, "temperature": 0.9, "seed": 3, "num_results": 2}


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(3)
    tokenizer = WordTokenizer(["<unk>", "<eos>", "the", "cat", "sat", "on", "mat", "dog"])
    return zoo.create("lstm_vae_tiny", tokenizer=tokenizer, vocabulary_size=8, prior="mixture", initializer_range=0.8)


def texts(model):
    return [[each["text"] for each in results] for results in model.generate(["", "the cat"], **OPTIONS)]


def test_a_saved_model_writes_the_same_and_tells_vectors(model, tmp_path):
    path = export_saved_model(model, tmp_path).path
    assert texts(ExportedModel(path)) == texts(model)
    signatures = tf.saved_model.load(str(path)).signatures  # pyright: ignore[reportAttributeAccessIssue]
    read = signatures["encode"](text=tf.constant(["the cat sat"]))
    (expected,) = model.posteriors(["the cat sat"])
    for name in ("mean", "log_variance", "responsibilities"):
        np.testing.assert_allclose(read[name][0], expected[name], atol=1e-5)
    written = signatures["write"](latent=read["mean"])["text"].numpy()
    assert written[0].decode() == model.write([expected["mean"]])[0]


def test_a_litert_file_draws_the_same_vector(model, tmp_path):
    lite = LiteModel(export_litert(model, tmp_path).path)
    assert texts(lite) == texts(model)
    with pytest.raises(UserError, match="no closed form"):
        lite.score(["the cat"])
