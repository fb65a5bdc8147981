"""Functions shared by rules that cut a distribution."""

from typing import Any


def cut_below(scores: Any, least: Any, *, ops: Any) -> Any:
    """Returns scores (B, V) with -inf for tokens of a probability below `least` (B, 1), except the most likely one.

    Args:
        scores: float32 (B, V).
        least: float32 (B, 1) or (1, 1).
        ops: the operations to compute with.
    """
    rare = ops.exp(ops.log_softmax(scores)) < least
    return ops.where(rare & (scores < ops.highest(scores)), float("-inf"), scores)


def surprise_and_entropy(scores: Any, *, ops: Any) -> tuple[Any, Any, Any]:
    """Returns -log p of every token (B, V), p itself (B, V), and the entropy (B, 1), in nats."""
    surprise = -ops.log_softmax(scores)
    probabilities = ops.exp(-surprise)
    return surprise, probabilities, ops.sum(ops.where(probabilities > 0, surprise, 0.0) * probabilities)
