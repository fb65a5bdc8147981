"""Choosing the next token from logits, in NumPy: greedily, or with temperature, top-k and top-p."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

_ROUND = ((16, 0x85EBCA6B), (13, 0xC2B2AE35))
_STEPS = 0x9E3779B9


def next_token(
    logits: np.ndarray,
    *,
    step: int,
    seed: int,
    options: Mapping[str, Any],
    cut: Callable[[np.ndarray], np.ndarray] | None = None,
) -> int:
    """Chooses the next token as an export's decoder (`zoo.decoding.SamplingDecoder`), with the same random numbers.

    Args:
        logits: float32 (V,); -inf for tokens that are never generated.
        step: 0 for the first new token.
        seed: 32-bit seed.
        options: `temperature` (0 is greedy), `top_k` (0 keeps all) and `top_p` (1 keeps all), as returned by
            `decoding_options`.
        cut: the logit rules that cut, a function of scores (1, V), applied after these; None for none.

    Example:
        >>> logits = np.array([0.0, 3.0, 1.0], np.float32)
        >>> next_token(logits, step=0, seed=1, options={"temperature": 0.0, "top_k": 0, "top_p": 1.0})
        1
    """
    if options["temperature"] == 0:
        return int(logits.argmax())
    # In float32, in the order of the graph.
    scores = logits - logits.max()  # (V,)
    if options["top_k"]:
        place = max(len(scores) - options["top_k"], 0)
        scores = np.where(scores < np.partition(scores, place)[place], np.float32("-inf"), scores)
    scores = scores / np.float32(options["temperature"])
    if options["top_p"] < 1:
        ordered = np.sort(scores)[::-1]
        masses = np.cumsum(_softmax(ordered), dtype=np.float32)
        before = np.concatenate([np.zeros(1, np.float32), masses[:-1]])
        edge = ordered[before < np.float32(options["top_p"])].min()
        scores = np.where(scores < edge, np.float32("-inf"), scores)
    if cut is not None:
        scores = cut(scores[np.newaxis])[0]
    cumulative = np.cumsum(_softmax(scores), dtype=np.float32)
    threshold = random_uniform(seed, step) * cumulative[-1]
    return int(((cumulative <= threshold) & (cumulative < cumulative[-1])).sum())


def random_uniform(seed: int, step: int) -> np.float32:
    """Returns the same number in [0, 1) as `layers.random_bits.random_uniform`.

    Example:
        >>> random_uniform(7, 0)
        np.float32(0.15240276)
    """
    bits = _mixed(_mixed(step, _STEPS), seed)
    return np.float32(bits >> 8) * np.float32(2.0**-24)


def _mixed(bits: int, key: int) -> int:
    bits = (bits ^ key) & 0xFFFFFFFF
    for shift, factor in _ROUND:
        bits = ((bits ^ bits >> shift) * factor) & 0xFFFFFFFF
    return bits ^ bits >> 16


def _softmax(scores: np.ndarray) -> np.ndarray:
    exponentials = np.exp(scores - scores.max())
    return exponentials / exponentials.sum()
