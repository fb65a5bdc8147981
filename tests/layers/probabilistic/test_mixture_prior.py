"""The mixture prior: densities and draws against enumeration with NumPy."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.probabilistic import MixturePrior, NormalPrior
from scipy.special import logsumexp, softmax
from scipy.stats import norm

K, Z = 3, 2
RANDOM = np.random.default_rng(2)
LOGITS = np.array([0.5, -1.0, 0.0], np.float32)
MEANS, LOG_VARIANCES = RANDOM.normal(size=(2, K, Z)).astype(np.float32)
POINTS = RANDOM.normal(size=(5, Z)).astype(np.float32)


@pytest.fixture
def prior():
    layer = MixturePrior(Z, num_components=K)
    layer.build()
    layer.set_weights([LOGITS, MEANS, LOG_VARIANCES])
    return layer


def joint(z, logits=LOGITS, means=MEANS, log_variances=LOG_VARIANCES):
    """log p(c, z) with NumPy, (..., K)."""
    each = norm.logpdf(z[..., np.newaxis, :], means, np.exp(log_variances / 2)).sum(-1)
    return np.log(softmax(logits)) + each


def test_density_and_responsibilities_are_those_of_all_components(prior):
    np.testing.assert_allclose(prior.log_density(POINTS), logsumexp(joint(POINTS), axis=-1), rtol=1e-5)
    np.testing.assert_allclose(prior.responsibilities(POINTS), softmax(joint(POINTS), axis=-1), atol=1e-6)
    np.testing.assert_allclose(prior.mean(), softmax(LOGITS) @ MEANS, atol=1e-6)


def test_the_divergence_is_that_of_component_and_vector(prior):
    """With q(c | z) the exact posterior, E_q(c|z) of log q(z) q(c | z) - log p(c, z)."""
    mean, log_variance = RANDOM.normal(size=(2, 5, Z)).astype(np.float32)
    own = norm.logpdf(POINTS, mean, np.exp(log_variance / 2)).sum(-1)
    q = softmax(joint(POINTS), axis=-1)
    enumerated = (q * (own[:, np.newaxis] + np.log(q) - joint(POINTS))).sum(-1)
    np.testing.assert_allclose(prior.divergence(POINTS, mean, log_variance)[:, 0], enumerated, atol=1e-4)


def test_its_mean_is_that_of_a_fine_grid():
    """One dimension: the average over draws of q is the integral of q log(q / p)."""
    layer = MixturePrior(1, num_components=2)
    layer.build()
    weights = [np.array([0.2, -0.4]), np.array([[-1.0], [1.5]]), np.array([[0.3], [-0.7]])]
    layer.set_weights(weights)
    grid = np.linspace(-9, 9, 20_001)
    q = norm.pdf(grid, 0.4, 0.8)
    log_p = logsumexp(joint(grid[:, np.newaxis], *weights), axis=-1)
    exact = (q * (norm.logpdf(grid, 0.4, 0.8) - log_p)).sum() * (grid[1] - grid[0])
    z = (0.4 + 0.8 * RANDOM.normal(size=(100_000, 1))).astype(np.float32)
    constant = lambda value: np.full_like(z, value)  # noqa: E731
    drawn = layer.divergence(z, constant(0.4), constant(2 * np.log(0.8))).numpy().mean()
    assert abs(drawn - exact) < 0.01


def test_draws_have_the_shares_and_moments_of_the_components(prior):
    choice = (np.arange(30_000, dtype=np.float32) + 0.5) / 30_000
    drawn = prior.draw(tf.constant(choice), tf.zeros((30_000, Z))).numpy()
    shares = [np.isclose(drawn, mean).all(-1).mean() for mean in MEANS]
    np.testing.assert_allclose(shares, softmax(LOGITS), atol=1e-3)
    one = prior.draw(tf.constant([0.0]), tf.constant([[1.0, -2.0]])).numpy()[0]
    np.testing.assert_allclose(one, MEANS[0] + np.exp(LOG_VARIANCES[0] / 2) * [1, -2], rtol=1e-5)


def test_one_standard_component_is_the_normal_prior():
    layer = MixturePrior(Z, num_components=1)
    layer.build()
    layer.set_weights([np.zeros(1), np.zeros((1, Z)), np.zeros((1, Z))])
    np.testing.assert_allclose(layer.log_density(POINTS), NormalPrior(Z).log_density(POINTS), rtol=1e-5)


def test_it_is_read_back_from_its_configuration(prior):
    twin = MixturePrior.from_config(prior.get_config())
    assert (twin.latent_dim, twin.num_components, twin.name) == (Z, K, prior.name)
    assert keras.saving.get_registered_name(MixturePrior) == "langzoo>MixturePrior"
