"""Mixtures of distributions over the next token."""

from collections.abc import Sequence

import numpy as np

from ...layers.plain.errors import UserError

CHUNK_TOKENS = 1 << 18
MOST_ROUNDS = 1000
TOLERANCE = 1e-9  # nats per token


def mixture_weights(losses: Sequence[np.ndarray]) -> np.ndarray:
    """Estimates the weights λ that maximize the likelihood of a text under Σ λ_m p_m(x), by EM: float64 (M,).

    Jelinek & Mercer 1980. The likelihood is concave in the weights, so it finds the best ones. Tokens that are
    impossible for all components do not affect the weights, and tokens that one of them does not score are ignored.

    Args:
        losses: for each component, -log p of each token (N,).

    Raises:
        UserError: no token is scored by all, or all are impossible.

    Example:
        >>> a, b = np.array([0.8, 0.8, 0.2]), np.array([0.1, 0.1, 0.9])
        >>> mixture_weights([-np.log(a), -np.log(b)]).round(3).tolist()
        [0.738, 0.262]
    """
    weights = np.full(len(losses), 1 / len(losses))
    before = -np.inf
    for _ in range(MOST_ROUNDS):
        shares, total, count = np.zeros(len(losses)), 0.0, 0
        for start in range(0, len(losses[0]), CHUNK_TOKENS):
            each = _probabilities(losses, start) * weights[:, np.newaxis]  # (M, C)
            mixed = each.sum(axis=0)
            each, mixed = each[:, mixed > 0], mixed[mixed > 0]
            shares += (each / mixed).sum(axis=1)
            total, count = total + float(np.log(mixed).sum()), count + len(mixed)
        if not count:
            raise UserError("the held-out text has no token that the models consider possible: no weights can be found")
        weights = shares / count
        if total / count - before < TOLERANCE:
            break
        before = total / count
    return weights


def mixture_loss(losses: Sequence[np.ndarray], weights: Sequence[float]) -> tuple[float, list[float], int]:
    """The mean of -log Σ λ_m p_m(x) over the tokens that all score, that of each component, and the number of tokens.

    Args:
        losses: for each component, -log p of each token (N,).
        weights: λ, which sum to 1.
    """
    total, each, count = 0.0, np.zeros(len(losses)), 0
    column = np.asarray(weights, np.float64)[:, np.newaxis]
    with np.errstate(divide="ignore"):
        for start in range(0, len(losses[0]), CHUNK_TOKENS):
            found = _probabilities(losses, start)
            total -= float(np.log((found * column).sum(axis=0)).sum())
            each -= np.log(found).sum(axis=1)
            count += found.shape[1]
    return total / max(count, 1), (each / max(count, 1)).tolist(), count


def checked_weights(weights: Sequence[float], names: Sequence[str]) -> list[float]:
    """Checks the weights that a user gave for these components.

    Raises:
        UserError: the number of weights is wrong, one is outside 0 to 1, or the sum is not 1.
    """
    if len(weights) != len(names):
        raise UserError(f"--weights: {len(weights)} given, one is needed for each of {', '.join(names)}")
    if not all(0 <= weight <= 1 for weight in weights):
        raise UserError(f"--weights: each must be from 0 to 1, not {', '.join(f'{weight:g}' for weight in weights)}")
    if abs(sum(weights) - 1) > 1e-6:
        raise UserError(f"--weights: they must sum to 1, not to {sum(weights):g}")
    return list(weights)


def _probabilities(losses: Sequence[np.ndarray], start: int) -> np.ndarray:
    """For the next chunk, p (M, C) of the tokens that all components score."""
    found = np.stack([np.asarray(each[start : start + CHUNK_TOKENS], np.float64) for each in losses])
    return np.exp(-found[:, ~np.isnan(found).any(axis=0)])
