"""The allowed transitions between tags. Needs no TensorFlow."""

from collections.abc import Sequence

from .tag_schemes import OUTSIDE


def are_span_tags(labels: Sequence[str]) -> bool:
    """Whether tags mark spans in BIO: "O", and names after "B-" and "I-".

    Example:
        >>> are_span_tags(["O", "B-PER", "I-PER"]), are_span_tags(["NOUN", "VERB"])
        (True, False)
    """
    return OUTSIDE in labels and all(label == OUTSIDE or label[:2] in ("B-", "I-") for label in labels)


def allowed_transitions(labels: Sequence[str]) -> tuple[list[list[bool]], list[bool]]:
    """Returns which tag may follow which, and which may come first: in BIO, "I-x" only after "B-x" or "I-x".

    Args:
        labels: the tags; those that mark no spans may follow one another in any order.

    Returns:
        A matrix by row (before) and column (after); and a list by tag.

    Example:
        >>> allowed_transitions(["B-X", "I-X", "O"])
        ([[True, True, True], [True, True, True], [True, False, True]], [True, False, True])
    """
    if not are_span_tags(labels):
        return [[True] * len(labels) for _ in labels], [True] * len(labels)
    goes_on = [label.startswith("I-") for label in labels]
    after = [
        [not inside or before[1:] == label[1:] for label, inside in zip(labels, goes_on, strict=True)]
        for before in labels
    ]
    return after, [not inside for inside in goes_on]
