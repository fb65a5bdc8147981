"""Spans from the tags of words. Needs no TensorFlow."""

from collections.abc import Sequence
from typing import NamedTuple

OUTSIDE = "O"


class _TagSpan(NamedTuple):
    """Words that belong together.

    Attributes:
        label: what they are.
        first: number of the first word.
        limit: number of the word after the last.
    """

    label: str
    first: int
    limit: int


def are_span_tags(labels: Sequence[str]) -> bool:
    """Whether tags mark spans, in BIO: "O", and labels after "B-" and "I-".

    Example:
        >>> are_span_tags(["O", "B-PER", "I-PER"]), are_span_tags(["NOUN", "VERB"])
        (True, False)
    """
    return OUTSIDE in labels and all(label == OUTSIDE or label[:2] in ("B-", "I-") for label in labels)


def tag_spans(tags: Sequence[str]) -> list[_TagSpan]:
    """The spans that BIO tags mark; a tag "I-" that continues nothing of its label begins a span, as conlleval has it.

    Args:
        tags: of the words of one text.

    Example:
        >>> tag_spans(["B-PER", "I-PER", "O", "I-LOC"])
        [_TagSpan(label='PER', first=0, limit=2), _TagSpan(label='LOC', first=3, limit=4)]
    """
    spans: list[_TagSpan] = []
    for place, tag in enumerate(tags):
        if tag == OUTSIDE:
            continue
        kind, label = tag[:1], tag[2:]
        if kind == "I" and spans and spans[-1].label == label and spans[-1].limit == place:
            spans[-1] = spans[-1]._replace(limit=place + 1)
        else:
            spans.append(_TagSpan(label, place, place + 1))
    return spans


def allowed_transitions(labels: Sequence[str]) -> tuple[list[list[bool]], list[bool]]:
    """Which tag may follow which, and which may come first, where tags mark spans: "I-x" only after "B-x" or "I-x".

    Args:
        labels: the tags; those of no span scheme may follow one another as they like.

    Returns:
        By row (before) and column (after); and by tag.

    Example:
        >>> allowed_transitions(["B-X", "I-X", "O"])
        ([[True, True, True], [True, True, True], [True, False, True]], [True, False, True])
    """
    if not are_span_tags(labels):
        return [[True] * len(labels) for _ in labels], [True] * len(labels)
    goes_on = [label.startswith("I-") for label in labels]
    after = [
        [not inside or before[1:] == after[1:] for after, inside in zip(labels, goes_on, strict=True)]
        for before in labels
    ]
    return after, [not inside for inside in goes_on]
