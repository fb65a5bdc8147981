"""The standard normal prior: its density and its divergence, against NumPy."""

import numpy as np
import tensorflow as tf
from langzoo.layers.probabilistic import NormalPrior, normal_density

RANDOM = np.random.default_rng(3)
MEAN, LOG_VARIANCE = RANDOM.normal(size=(2, 4, 3)).astype(np.float32)


def test_the_density_is_that_of_scipy():
    from scipy.stats import norm

    x = RANDOM.normal(size=(4, 3)).astype(np.float32)
    expected = norm.logpdf(x, MEAN, np.exp(LOG_VARIANCE / 2))
    np.testing.assert_allclose(normal_density(x, MEAN, LOG_VARIANCE), expected, rtol=1e-5)
    np.testing.assert_allclose(NormalPrior(3).log_density(tf.constant(x)), norm.logpdf(x).sum(-1), rtol=1e-5)


def test_the_divergence_is_the_mean_of_log_q_minus_log_p():
    z = MEAN + np.exp(LOG_VARIANCE / 2) * RANDOM.normal(size=(200_000, 1, 1)).astype(np.float32)  # (S, 4, 3)
    drawn = (-LOG_VARIANCE - np.square(z - MEAN) / np.exp(LOG_VARIANCE) + np.square(z)).mean(0) / 2
    np.testing.assert_allclose(NormalPrior(3).divergence(None, MEAN, LOG_VARIANCE), drawn, atol=0.03)


def test_nothing_diverges_from_itself():
    assert not NormalPrior(3).divergence(None, np.zeros((1, 3)), np.zeros((1, 3))).numpy().any()
