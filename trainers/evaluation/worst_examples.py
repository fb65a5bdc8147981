"""The worst errors of a model. Importing this loads no TensorFlow."""

from typing import Any, NamedTuple

import numpy as np

from ...layers.plain.tag_schemes import Span, spans_of
from ...layers.plain.tag_transitions import are_span_tags
from .predictions import Predictions


class _WorstExample(NamedTuple):
    """An example with a wrong prediction.

    Attributes:
        number: index of the example, from 0, in the order of the files.
        weight: size of the error: the probability of the predicted label, the difference of numbers, or the number of
            spans or tags.
        reference: the reference, for display.
        prediction: the prediction, likewise.
        spans: for tags that mark spans, those that were missed and those that were wrongly predicted.
    """

    number: int
    weight: float
    reference: str
    prediction: str
    spans: tuple[list[Span], list[Span]] | None = None


def worst_examples(predictions: Predictions, most: int) -> list[_WorstExample]:
    """The wrong examples, the most confidently wrong first; ties in the order of the files.

    Labels count by the probability of the predicted one, label sets by the single label with the largest error,
    scores by their distance, tags by how many spans are wrong or missing (tags, where they mark no spans), and texts by
    how far their chrF is from 1.

    Args:
        predictions: predictions for a whole set.
        most: maximum number of examples.

    Example:
        >>> found = Predictions("label", np.array([0, 1]), np.array([[0.9, 0.1], [0.6, 0.4]]), ("bad", "good"))
        >>> worst_examples(found, 20)
        [_WorstExample(number=1, weight=0.6, reference='good', prediction='bad', spans=None)]
    """
    weights = _weights(predictions)
    order = [int(place) for place in np.argsort(-weights, kind="stable")[:most] if weights[place] > 0]
    return [
        _WorstExample(place, float(weights[place]), *_shown(predictions, place), _wrong_of(predictions, place))
        for place in order
    ]


def _weights(predictions: Predictions) -> np.ndarray:
    """The size of each example's error; 0 if it is correct."""
    expected, found = predictions.references, predictions.predictions
    if predictions.kind == "label":
        return np.where(predictions.best == expected, 0, found.max(axis=-1))
    if predictions.kind == "label_set":
        return np.where(predictions.best == (expected > 0), 0, np.abs(found - expected)).max(axis=-1)
    if predictions.kind == "score":
        return np.abs(found - expected)
    if predictions.kind == "tags":
        wrong = _wrong_spans if are_span_tags(predictions.labels) else _wrong_tags
        return np.array([wrong(*rows) for rows in zip(expected, found, strict=True)], np.float64)
    if predictions.kind == "texts":
        from sacrebleu.metrics.chrf import CHRF

        score = CHRF().sentence_score
        return np.array([1 - score(text, [own]).score / 100 for own, text in zip(expected, found, strict=True)])
    return np.zeros(len(predictions))


def _wrong_spans(expected: Any, found: Any) -> int:
    return sum(map(len, _different_spans(expected, found)))


def _different_spans(expected: Any, found: Any) -> tuple[list[Span], list[Span]]:
    """The spans that were missed, and those that were wrongly predicted."""
    references, guesses = spans_of(expected), spans_of(found)
    return [span for span in references if span not in guesses], [span for span in guesses if span not in references]


def _wrong_of(predictions: Predictions, place: int) -> tuple[list[Span], list[Span]] | None:
    if predictions.kind != "tags" or not are_span_tags(predictions.labels):
        return None
    return _different_spans(predictions.references[place], predictions.predictions[place])


def _wrong_tags(expected: Any, found: Any) -> int:
    return sum(own != tag for own, tag in zip(expected, found, strict=True))


def _shown(predictions: Predictions, place: int) -> tuple[str, str]:
    expected, found = predictions.references[place], predictions.predictions[place]
    if predictions.kind == "label":
        return predictions.labels[expected], predictions.labels[predictions.best[place]]
    if predictions.kind == "score":
        return f"{expected:g}", f"{found:.4f}"
    if predictions.kind == "texts":
        return expected, found
    if predictions.kind == "tags":
        return " ".join(expected), " ".join(found)
    return tuple(  # type: ignore[return-value]
        ", ".join(label for label, has in zip(predictions.labels, row, strict=True) if has) or "none"
        for row in (expected > 0, predictions.best[place])
    )
