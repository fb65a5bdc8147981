import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.evaluation import mixture
from langzoo.trainers.evaluation.mixture import checked_weights, mixture_loss, mixture_weights
from scipy.optimize import minimize

DRAW = np.random.default_rng(0)
PROBABILITIES = DRAW.dirichlet([0.3, 0.3], (3, 500))[..., 0].clip(1e-6)
LOSSES = [*(-np.log(PROBABILITIES)).astype(np.float32)]


def test_weights_are_the_best_that_another_method_finds(monkeypatch):
    monkeypatch.setattr(mixture, "CHUNK_TOKENS", 64)
    found = mixture_weights(LOSSES)
    cost = lambda logits: -np.log(np.exp(logits) / np.exp(logits).sum() @ PROBABILITIES).mean()  # noqa: E731
    best = minimize(cost, np.zeros(3), tol=1e-12)
    loss, each, count = mixture_loss(LOSSES, found)
    assert count == 500 and loss == pytest.approx(best.fun, abs=1e-6)
    np.testing.assert_allclose(found, np.exp(best.x) / np.exp(best.x).sum(), atol=2e-3)
    np.testing.assert_allclose(each, -np.log(PROBABILITIES).mean(axis=1), rtol=1e-5)
    assert loss < min(each)


def test_tokens_that_one_does_not_score_and_what_is_impossible():
    first, second = np.log([2.0, 2.0, np.nan, 4.0]), np.array([np.inf, 0.0, 0.0, np.inf])
    loss, each, count = mixture_loss([first, second], [0.5, 0.5])
    assert count == 3 and np.isinf(each[1])
    assert loss == pytest.approx(-np.log([0.25, 0.75, 0.125]).mean())
    with pytest.raises(UserError, match="no token that the models consider possible"):
        mixture_weights([np.array([np.inf]), np.array([np.inf])])


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([0.5], "1 given, one is needed for each of a, cache"),
        ([1.5, -0.5], "each must be from 0 to 1, not 1.5, -0.5"),
        ([0.5, 0.4], "they must sum to 1, not to 0.9"),
        ([float("nan"), 1.0], "each must be from 0 to 1"),
    ],
)
def test_weights_that_are_none(weights, message):
    with pytest.raises(UserError, match=message):
        checked_weights(weights, ["a", "cache"])
