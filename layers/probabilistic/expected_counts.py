"""One round of Baum-Welch: expected counts of hidden states, and the probabilities that follow from them."""

from typing import NamedTuple

import numpy as np

TINY = 1e-300


class ExpectedCounts(NamedTuple):
    """Expected counts of hidden states, given the sequences.

    Attributes:
        log_likelihood: log-likelihood of all sequences, natural logarithm.
        initial: float64 (K,), counts of first states.
        transitions: float64 (K, K), counts of a state (column) after another (row).
        emissions: float64 (K, V).
    """

    log_likelihood: float
    initial: np.ndarray
    transitions: np.ndarray
    emissions: np.ndarray

    def plus(self, other: "ExpectedCounts") -> "ExpectedCounts":
        """Returns the sum of both."""
        return ExpectedCounts(
            self.log_likelihood + other.log_likelihood,
            self.initial + other.initial,
            self.transitions + other.transitions,
            self.emissions + other.emissions,
        )

    def probabilities(self, pseudo_count: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Returns the most likely π, A and B, with a number added to each count (a Dirichlet prior)."""
        found = []
        for counts in (self.initial, self.transitions, self.emissions):
            counts = counts + pseudo_count
            totals = counts.sum(axis=-1, keepdims=True)
            # A state without expected counts keeps no preference.
            found.append(np.where(totals > 0, counts / np.maximum(totals, TINY), 1 / counts.shape[-1]))
        initial, transitions, emissions = found
        return initial, transitions, emissions


def expected_counts(
    token_ids: np.ndarray,
    lengths: np.ndarray,
    *,
    initial: np.ndarray,
    transitions: np.ndarray,
    emissions: np.ndarray,
) -> ExpectedCounts:
    """Runs the forward and backward pass over sequences, scaled at every step (Rabiner 1989, section V.A), in float64.

    Args:
        token_ids: int (B, T), one sequence per row.
        lengths: int (B,), each from 1 to T.
        initial, transitions, emissions: π (K,), A (K, K) and B (K, V).

    Example:
        >>> rows = np.full((2, 2), 0.5)
        >>> counts = expected_counts(
        ...     np.array([[0, 1]]), np.array([2]), initial=rows[0], transitions=rows, emissions=rows)
        >>> round(counts.log_likelihood, 4), counts.transitions.tolist()
        (-1.3863, [[0.25, 0.25], [0.25, 0.25]])
    """
    rows, steps = token_ids.shape
    mask = (np.arange(steps)[:, np.newaxis] < lengths).astype(np.float64)[..., np.newaxis]  # (T, B, 1)
    ids = np.where(mask[..., 0] > 0, token_ids.T, 0)  # (T, B)
    emitted = np.ascontiguousarray(emissions.T)[ids]  # (T, B, K)
    alpha, scale = np.empty_like(emitted), np.ones((steps, rows, 1))
    before = np.broadcast_to(initial, emitted[0].shape)
    for step in range(steps):
        there = before * emitted[step]
        scale[step] = np.maximum(there.sum(axis=-1, keepdims=True), TINY)
        alpha[step] = there / scale[step]
        before = alpha[step] @ transitions
    ahead = np.empty_like(emitted)  # B[:, xₜ] βₜ / scale, of which A makes the β before
    beta = np.ones_like(emitted[0])
    for step in reversed(range(steps)):
        ahead[step] = mask[step] * (emitted[step] * beta / scale[step])
        emitted[step] = mask[step] * (alpha[step] * beta)  # what was emitted is not needed any more: γ
        beta = np.where(mask[step] > 0, ahead[step] @ transitions.T, 1.0)
    states = transitions.shape[0]
    moved = transitions * (alpha[:-1].reshape(-1, states).T @ ahead[1:].reshape(-1, states))
    gamma = emitted
    return ExpectedCounts(
        float((np.log(scale) * mask).sum()),
        gamma[0].sum(axis=0),
        moved,
        _by_token(ids.reshape(-1), gamma.reshape(-1, states), emissions.shape[1]),
    )


def _by_token(ids: np.ndarray, rows: np.ndarray, size: int) -> np.ndarray:
    """Returns the sums of the rows (N, K) of each id: (K, V)."""
    order = np.argsort(ids, kind="stable")
    ids = ids[order]
    starts = np.flatnonzero(np.concatenate([[True], ids[1:] != ids[:-1]]))
    found = np.zeros((rows.shape[1], size))
    found[:, ids[starts]] = np.add.reduceat(rows[order], starts).T
    return found
