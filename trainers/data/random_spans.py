"""Random spans of a text, drawn as in T5's code."""

import numpy as np


def random_spans(length: int, draw: np.random.Generator, *, rate: float, mean_span_length: float) -> np.ndarray:
    """Draws which tokens of a text are in a span, bool (length,): the text begins outside a span and ends in one.

    Follows `random_spans_noise_mask` of google-research/text-to-text-transfer-transformer: the numbers of tokens and of
    spans are fixed, and all lengths of spans and gaps that sum to those numbers are equally likely.

    Args:
        length: number of tokens, at least 2.
        draw: random number generator.
        rate: share of the tokens in spans, above 0 and below 1.
        mean_span_length: mean number of tokens per span, at least 1.

    Example:
        >>> random_spans(10, np.random.default_rng(0), rate=0.3, mean_span_length=3).tolist().count(True)
        3
    """
    noise, spans = noise_and_spans(length, rate=rate, mean_span_length=mean_span_length)
    inside = _segmentation(noise, spans, draw)
    outside = _segmentation(length - noise, spans, draw)
    lengths = np.stack([outside, inside], axis=1).reshape(-1)
    return np.repeat(np.arange(len(lengths)) % 2 == 1, lengths)


def noise_and_spans(length: int, *, rate: float, mean_span_length: float) -> tuple[int, int]:
    """The number of tokens of a text in spans, and the number of spans; at least one each, and one token outside.

    Example:
        >>> noise_and_spans(568, rate=0.15, mean_span_length=3)
        (85, 28)
    """
    noise = min(max(round(length * rate), 1), length - 1)
    return noise, min(max(round(noise / mean_span_length), 1), length - noise)


def _segmentation(count: int, segments: int, draw: np.random.Generator) -> np.ndarray:
    """Random lengths of so many segments, none empty, that sum to a count."""
    begins = draw.permutation(np.arange(count - 1) < segments - 1)
    return np.bincount(np.cumsum(np.append(False, begins)), minlength=segments)
