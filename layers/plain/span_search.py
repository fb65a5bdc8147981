"""Finding the best spans of a context by the logits of its windows, in NumPy: the same rule as in graphs.

Needs no TensorFlow.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from .text.placed_tokens import PlacedTokens
from .window_logits import WindowLogits


class _FoundSpans(NamedTuple):
    """The best spans of one context.

    Attributes:
        spans: the first character, the character after the last and the score of each, best first.
        no_answer_score: the score of there being no answer, the lowest of all windows.
    """

    spans: list[tuple[int, int, float]]
    no_answer_score: float


def found_spans(tokens: PlacedTokens, windows: Iterable[WindowLogits], *, longest: int, count: int) -> _FoundSpans:
    """Returns the spans with the highest sum of start and end logits, over all windows of a context.

    Devlin et al. 2018, sections 4.2 and 4.3: an answer ends at or after its start, and there is none if the first
    token of every window is the more likely start and end.

    Args:
        tokens: the tokens of the context.
        windows: the logits of all windows.
        longest: the maximum number of tokens of an answer.
        count: the maximum number of spans.

    Example:
        >>> tokens = PlacedTokens(np.array([5, 6]), np.array([0, 4]), np.array([3, 7]))
        >>> logits = WindowLogits(0, 2, 2, np.array([0.5, 0, 3, 1, 0]), np.array([0.5, 0, 1, 2, 0]))
        >>> found_spans(tokens, [logits], longest=2, count=2)
        _FoundSpans(spans=[(0, 7, 5.0), (0, 3, 4.0)], no_answer_score=1.0)
    """
    best: dict[tuple[int, int], float] = {}
    begins, ends = tokens.edges()
    nothing = []
    for window in windows:
        nothing.append(float(window.starts[0] + window.ends[0]))
        own = slice(window.first, window.first + window.size)
        row = slice(window.place, window.place + window.size)
        found = best_in_window(window.starts[row], window.ends[row], begins[own], ends[own], longest, count)
        for first, last, score in found:
            span = int(tokens.starts[window.first + first]), int(tokens.limits[window.first + last])
            best[span] = max(score, best.get(span, score))
    ranked = sorted(best.items(), key=lambda item: -item[1])[:count]
    return _FoundSpans([(*span, score) for span, score in ranked], min(nothing))


def best_in_window(
    starts: np.ndarray, ends: np.ndarray, begins: np.ndarray, stops: np.ndarray, longest: int, count: int
) -> list[tuple[int, int, float]]:
    """Returns the first token, the last token and the score of the best spans of a window.

    Args:
        starts, ends: float (C,), the logits of its tokens.
        begins, stops: bool (C,), where a span may begin and end.
        longest: the maximum number of tokens of a span.
        count: the maximum number of spans.
    """
    width = min(longest, len(starts))
    if not width:
        return []
    lasts = np.arange(len(starts))[:, np.newaxis] + np.arange(width)  # (C, M)
    inside = np.minimum(lasts, len(starts) - 1)
    allowed = begins[:, np.newaxis] & stops[inside] & (lasts < len(starts))
    scores = np.where(allowed, starts[:, np.newaxis] + ends[inside], -np.inf).ravel()
    order = np.argsort(-scores, kind="stable")[:count]
    return [
        (int(place) // width, int(lasts.ravel()[place]), float(scores[place]))
        for place in order
        if scores[place] > -np.inf
    ]


def span_columns(found: Sequence[_FoundSpans]) -> dict[str, np.ndarray]:
    """Returns the outputs of the signature `answer` without texts: `starts`, `limits`, `scores` (B, K) and more.

    Example:
        >>> span_columns([_FoundSpans([(0, 3, 4.0)], 1.0)])["limits"]
        array([[3]], dtype=int32)
    """
    width = max((len(each.spans) for each in found), default=0)
    padded = np.array([[*each.spans, *[(0, 0, 0.0)] * (width - len(each.spans))] for each in found])
    padded = padded.reshape(len(found), width, 3)
    return {
        "starts": padded[..., 0].astype(np.int32),
        "limits": padded[..., 1].astype(np.int32),
        "scores": padded[..., 2].astype(np.float32),
        "lengths": np.array([len(each.spans) for each in found], np.int32),
        "no_answer_scores": np.array([each.no_answer_score for each in found], np.float32),
    }
