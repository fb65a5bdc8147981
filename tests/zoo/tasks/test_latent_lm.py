"""Latent-variable language models: drawing, writing, walking between sentences, and what has no closed form."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers import ByteTokenizer, WordTokenizer
from langzoo.layers.plain.errors import UserError

WORDS = ["<unk>", "<eos>", "the", "cat", "sat", "on", "mat", "dog"]
SENTENCES = ["the cat sat", "the dog sat on the mat", "", "cat"]


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(3)
    changes = {"vocabulary_size": 8, "hidden_dim": 8, "prior": "tree", "initializer_range": 0.8}
    return zoo.create("lstm_vae_tiny", tokenizer=WordTokenizer(WORDS), **changes)


@pytest.mark.ci
def test_a_seed_draws_the_vector_and_the_text_in_any_batch(model):
    options = {"max_tokens": 6, "stop": [], "num_results": 3, "temperature": 1.0, "seed": 4}
    together = model.generate(["", "the"], **options)
    tokens = lambda results: [each["tokens"] for each in results]  # noqa: E731
    assert tokens(model.generate(["the"], **options)[0]) == tokens(together[1])
    latents = model.drawn_latents(tf.range(4, 7))
    assert len({tuple(each) for each in latents.numpy().tolist()}) == 3
    for row in together[0]:
        assert row["text"] and len(row["tokens"]) == 6


@pytest.mark.ci
def test_greedy_texts_are_those_of_the_vector_of_their_seed(model):
    (found,) = model.generate([""], max_tokens=5, stop=[], seed=9)
    state, token, expected = model.start_state(model.drawn_latents(tf.constant([9]))), tf.constant([1]), []
    for _ in range(5):
        logits, state = model.step(token, state)
        token = tf.argmax(logits, -1, tf.int32)
        expected.append(WORDS[int(token[0])])
    assert found["tokens"] == expected


def test_drawn_vectors_have_the_moments_of_the_prior(model):
    drawn = model.drawn_latents(tf.range(20_000)).numpy()
    log_weights, means, log_variances = (each.numpy() for each in model.prior.components())
    second = (np.exp(log_weights)[:, np.newaxis] * (means**2 + np.exp(log_variances))).sum(0)
    np.testing.assert_allclose(drawn.mean(0), model.prior.mean(), atol=0.03)
    np.testing.assert_allclose((drawn**2).mean(0), second, rtol=0.05)


def test_the_posterior_reads_a_sentence_as_a_line_of_a_file(model):
    found = model.posteriors(SENTENCES)
    ids = model.tokenizer.tokenize(["the cat sat\n"]).to_tensor()
    assert ids.numpy().tolist() == [[2, 3, 4, 1]]
    expected = model.encode({"token_ids": ids})
    np.testing.assert_allclose(found[0]["mean"], expected["mean"][0], atol=1e-6)
    np.testing.assert_allclose(
        found[0]["responsibilities"], model.prior.responsibilities(expected["mean"])[0], atol=1e-6
    )
    assert len(found) == 4 and len(found[2]["log_variance"]) == 8
    assert model.posteriors([]) == []


def test_a_walk_begins_and_ends_at_the_sentences(model):
    walk = model.interpolate("the cat sat", "the dog", steps=3, max_tokens=4)
    assert [each["share"] for each in walk] == [0.0, 0.5, 1.0]
    ends = [each["mean"] for each in model.posteriors(["the cat sat", "the dog"])]
    middle = np.mean(ends, axis=0, dtype=np.float32)
    assert [each["text"] for each in walk] == model.write([ends[0], middle, ends[1]], max_tokens=4)
    beam = model.write([middle], max_tokens=4, decoder="beam", width=3)
    assert len(beam) == 1 and isinstance(beam[0], str)
    with pytest.raises(UserError, match="steps must be"):
        model.interpolate("the", "cat", steps=1)


def test_a_sentence_ends_with_its_line(model):
    assert model.own_stop_ids() == (1,)
    assert not any("\n" in text for text in model.write(np.eye(8, dtype=np.float32), max_tokens=20))
    of_bytes = zoo.create("lstm_vae_tiny", tokenizer=ByteTokenizer(), hidden_dim=4, embedding_dim=4)
    traced = tf.function(lambda: tf.constant(of_bytes.stop_ids()), autograph=False)  # An export may ask first.
    assert traced().numpy().tolist() == [256, 10] == [*of_bytes.own_stop_ids()]


def test_what_has_no_closed_form_is_refused(model, tmp_path):
    with pytest.raises(UserError, match="langzoo evaluate reports bounds"):
        model.score(["the cat"])
    with pytest.raises(UserError, match="draws a vector first"):
        model.hidden_of_new(tf.constant(["the"]), tf.constant([[2]]))
    model.save_run(tmp_path / "run")
    with pytest.raises(UserError, match="has no probability of a text"):
        model.generate([""], max_tokens=2, decoder="best_of", scorer=str(tmp_path / "run"))


@pytest.mark.ci
@pytest.mark.parametrize("options", [{"decoder": "best_of", "width": 3}, {"decoder": "mcts", "calls": 4}])
def test_decoders_that_read_a_vector_several_times(model, options):
    latents = model.drawn_latents(tf.range(2))
    together = model.write(latents, max_tokens=4, **options)
    assert together == [text for row in latents for text in model.write(row[tf.newaxis], max_tokens=4, **options)]
    found = model.generate(["", "the"], max_tokens=4, **options)
    assert [each["tokens"] for each in found[1:]] == [
        each["tokens"] for each in model.generate(["the"], max_tokens=4, **options)
    ]
