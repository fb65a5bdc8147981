import functools

import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import WordPieceTokenizer
from langzoo.zoo.export.programs import string_signatures

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "猫"]
TEXTS = ["the cats", "猫", "", "cat cat cat cat the"]


@functools.cache
def encoder(**options):
    return zoo.create(
        "electra_tiny", task="text_encoder", tokenizer=WordPieceTokenizer(PIECES), options=options, num_layers=1
    )


def hidden(model, row):
    return model({"token_ids": tf.constant([row])})["hidden_states"][0].numpy()


@pytest.mark.parametrize("normalize", [True, False])
def test_the_mean_of_all_tokens(normalize):
    model = encoder(normalize=normalize)
    expected = hidden(model, [2, 5, 6, 7, 3]).mean(0)
    if normalize:
        expected /= np.linalg.norm(expected)
    assert model.embed(["the cats"])[0] == pytest.approx(expected, abs=1e-5)


def test_the_first_token():
    model = encoder(pooling="first_token", normalize=False)
    assert model.embed(["猫"])[0] == pytest.approx(hidden(model, [2, 8, 3])[0], abs=1e-5)


def test_texts_beside_others_and_in_any_batch_keep_their_vectors():
    model = encoder()
    alone = np.concatenate([model.embed([text]) for text in TEXTS])
    for batch_size in (1, 2, 32):
        np.testing.assert_allclose(model.embed(TEXTS, batch_size=batch_size), alone, atol=1e-5)
    assert model.embed([]).shape == (0, alone.shape[1])


def test_texts_are_cut_to_the_length():
    short = encoder(max_length=5)
    assert short.embed(["the cat cat 猫 猫"])[0] == pytest.approx(short.embed(["the cat cat"])[0], abs=1e-6)
    assert short.options["max_length"] == 5


def test_refusals():
    with pytest.raises(UserError, match="pooling must be one of mean"):
        encoder(pooling="max")
    with pytest.raises(UserError, match="has no pooler; use mean"):
        encoder(pooling="pooler")
    with pytest.raises(UserError, match="max_length must be a number from 4 to"):
        encoder(max_length=129)
    with pytest.raises(ValueError, match="texts must be a list of strings"):
        encoder().embed("the")
    with pytest.raises(UserError, match="has no tokenizer"):
        zoo.create("electra_tiny", task="text_encoder").embed(["a"])


def with_prompts(default=None):
    """The weights of `encoder()`, with prompts."""
    options = {"prompts": {"query": "the cat ", "document": "", "passage": "猫 "}, "default_prompt_name": default}
    model = zoo.create(
        "electra_tiny", task="text_encoder", tokenizer=WordPieceTokenizer(PIECES), options=options, num_layers=1
    )
    model.set_weights(encoder().get_weights())
    return model


@pytest.mark.parametrize(
    "default", [None, *(pytest.param(name, marks=pytest.mark.ci) for name in ("query", "document"))]
)
def test_prompts_stand_before_the_texts(default, tmp_path):
    """Live, kept with the model, and in the graphs that are exported."""
    plain, model = encoder(), with_prompts(default)
    before = {"query": "the cat ", "document": "", "passage": "猫 ", None: "the cat " if default == "query" else ""}
    for name, prompt in before.items():
        expected = plain.embed([prompt + text for text in TEXTS])
        np.testing.assert_allclose(model.embed(TEXTS, prompt_name=name), expected, atol=1e-5)
    zoo.save(model, tmp_path / "run")
    again = zoo.load(tmp_path / "run")
    assert again.options == model.options
    np.testing.assert_allclose(again.embed(TEXTS), model.embed(TEXTS), atol=1e-6)
    signatures = string_signatures(model)
    assert list(signatures) == ["serving_default", "embed", "embed_as_is", "tokens"]
    for name, prompt in (("embed", before[None]), ("embed_as_is", "")):
        found = signatures[name].answer({"text": tf.constant(TEXTS)})["embeddings"]
        np.testing.assert_allclose(found, plain.embed([prompt + text for text in TEXTS]), atol=1e-5)


def test_prompts_that_there_are_not():
    with pytest.raises(UserError, match=r"unknown prompt 'querry'\. Did you mean query"):
        with_prompts().embed(["a"], prompt_name="querry")
    with pytest.raises(UserError, match=r"unknown prompt 'none'\. Known: document, passage, query"):
        with_prompts("none")
    for wrong in ([], 3, {"a": 1}, "text"):
        with pytest.raises(UserError, match="prompts must be a dict of names and texts"):
            zoo.create("electra_tiny", task="text_encoder", options={"prompts": wrong})
    assert "embed_as_is" not in string_signatures(encoder())
