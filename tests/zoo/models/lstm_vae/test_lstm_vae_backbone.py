"""The body of the sentence autoencoders: what the encoder reads, and that z reaches the state and every step."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo

IDS = np.array([[5, 6, 7, 8], [9, 4, 3, 2]], np.int32)
CHANGES = {"vocabulary_size": 12, "embedding_dim": 6, "hidden_dim": 5, "latent_dim": 3, "initializer_range": 0.5}


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(1)
    return zoo.create("lstm_vae_tiny", num_layers=2, **CHANGES)


def test_step_is_call_for_a_given_vector(model):
    latent = np.random.default_rng(0).normal(size=(2, 3)).astype(np.float32)
    expected = model({"token_ids": IDS, "latent": latent})["logits"].numpy()
    state = model.start_state(latent)
    for t in range(4):
        logits, state = model.step(tf.constant(IDS[:, t]), state)
        np.testing.assert_allclose(logits, expected[:, t], atol=1e-5)
    mean = np.tile(model.prior.mean().numpy(), (2, 1))
    from_mean = model({"token_ids": IDS, "latent": mean})["logits"]
    np.testing.assert_allclose(model({"token_ids": IDS})["logits"], from_mean, atol=1e-6)


def test_both_the_first_state_and_every_step_see_the_vector(model):
    state = model.start_state(np.zeros((2, 3), np.float32))
    before, _ = model.step(tf.constant(IDS[:, 0]), state)
    for name, value in state.items():
        after, _ = model.step(tf.constant(IDS[:, 0]), {**state, name: value + 1.0})
        assert not np.allclose(before, after), name


@pytest.mark.parametrize("bidirectional", [True, False])
def test_padding_changes_no_posterior(bidirectional):
    keras.utils.set_random_seed(1)
    model = zoo.create("lstm_vae_tiny", bidirectional=bidirectional, **CHANGES)
    mask = np.array([[1, 1, 1, 1], [1, 1, 0, 0]], bool)
    read = model.encode({"token_ids": IDS, "padding_mask": mask})
    alone = model.encode({"token_ids": IDS[1:, :2]})
    for name in ("mean", "log_variance"):
        assert read[name].shape == (2, 3) and read[name].dtype == tf.float32
        np.testing.assert_allclose(read[name][1:], alone[name], atol=1e-6)
    assert model.count_params() == model.config.parameter_count()


@pytest.mark.parametrize("prior", ["mixture", "tree"])
def test_parameters_of_other_priors_and_shapes(prior):
    model = zoo.create("lstm_vae_tiny", prior=prior, num_layers=2, num_components=5, tree_depth=3, tree_branching=2)
    assert model.count_params() == model.config.parameter_count()


def test_a_tree_of_too_many_leaves_is_refused():
    with pytest.raises(ValueError, match=r"at most 4,096 leaves, not 16,777,216"):
        zoo.create("lstm_vae_tiny", tree_branching=64, tree_depth=4)


@pytest.mark.parametrize("prior", ["mixture", "tree"])
def test_a_call_without_a_state_under_mixed_precision(prior):
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = zoo.create("lstm_vae_tiny", prior=prior)
        assert np.isfinite(model({"token_ids": tf.constant([[1, 2]])})["logits"]).all()
    finally:
        keras.config.set_dtype_policy(policy)
