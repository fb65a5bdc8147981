"""Random spans of a text, as T5's code draws them."""

import numpy as np


def random_spans(length: int, draw: np.random.Generator, *, rate: float, mean_span_length: float) -> np.ndarray:
    """Which tokens of a text are in a span, bool (length,): it begins outside and ends in one.

    `random_spans_noise_mask` of google-research/text-to-text-transfer-transformer: the numbers of tokens and of spans
    are fixed, the lengths of spans and of what stands between them are any that sum to those numbers, all alike.

    Args:
        length: tokens, at least 2.
        draw: random numbers.
        rate: share of the tokens in spans, above 0 and below 1.
        mean_span_length: tokens of a span, at least 1.

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
    """How many tokens of a text are in spans, and how many spans there are; one each, and one outside, at least.

    Example:
        >>> noise_and_spans(568, rate=0.15, mean_span_length=3)
        (85, 28)
    """
    noise = min(max(round(length * rate), 1), length - 1)
    return noise, min(max(round(noise / mean_span_length), 1), length - noise)


def _segmentation(count: int, segments: int, draw: np.random.Generator) -> np.ndarray:
    """Lengths of so many segments, none empty, that sum to a count."""
    begins = draw.permutation(np.arange(count - 1) < segments - 1)
    return np.bincount(np.cumsum(np.append(False, begins)), minlength=segments)
