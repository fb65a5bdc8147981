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


def with_both_prefixes(labels: Sequence[str]) -> list[str]:
    """The tags of spans with "B-x" and "I-x" for every name x, each missing one after its partner; others as they are.

    A name that training has seen only as single words may be longer elsewhere.

    Example:
        >>> with_both_prefixes(["B-LOC", "B-PER", "I-PER", "O"]), with_both_prefixes(["NOUN", "VERB"])
        (['B-LOC', 'I-LOC', 'B-PER', 'I-PER', 'O'], ['NOUN', 'VERB'])
    """
    if not are_span_tags(labels):
        return list(labels)
    found: list[str] = []
    for label in labels:
        found.append(label)
        partner = {"B": "I", "I": "B"}.get(label[0], "") + label[1:]
        if label != OUTSIDE and partner not in labels:
            found.append(partner)
    return found


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
