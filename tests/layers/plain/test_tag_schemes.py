"""Tags of every scheme give the spans that they were made from; sequences that cannot be are told."""

import random

import pytest
from langzoo.layers.plain.tag_schemes import SCHEMES, bio_tags, scheme_of, spans_of, tag_fault


def tags_of(spans, length, scheme):
    """Worked out word by word, apart from the code under test."""
    tags = ["O"] * length
    for name, start, stop in spans:
        for place in range(start, stop):
            first, last = place == start, place == stop - 1
            touches = any(other == name and end == start for other, _, end in spans)
            if scheme == "iob1":
                prefix = "B" if first and touches else "I"
            elif scheme == "bio":
                prefix = "B" if first else "I"
            else:
                middle = "M" if scheme == "bmes" else "I"
                prefix = "S" if first and last else "B" if first else "E" if last else middle
            tags[place] = f"{prefix}-{name}"
    return tags


def drawn(draw, length=12):
    spans, place = [], 0
    while place < length:
        stop = min(place + draw.randint(1, 3), length)
        if draw.random() < 0.6:
            spans.append((draw.choice(["PER", "LOC-A"]), place, stop))
        place = stop
    return spans


@pytest.mark.parametrize("scheme", SCHEMES)
def test_spans_come_back_whatever_the_scheme(scheme):
    draw, sentences = random.Random(1), []
    for _ in range(300):
        spans = drawn(draw)
        tags = tags_of(spans, 12, scheme)
        sentences.append(tags)
        assert spans_of(tags) == spans and tag_fault(tags, scheme) is None
        assert bio_tags(spans, 12) == tags_of(spans, 12, "bio")
    assert scheme_of(sentences) == scheme


@pytest.mark.parametrize(
    ("tags", "spans"),
    [  # by conlleval's rule
        (["I-A", "I-A", "I-B", "O", "I-B"], [("A", 0, 2), ("B", 2, 3), ("B", 4, 5)]),
        (["B-A", "I-B", "I-A"], [("A", 0, 1), ("B", 1, 2), ("A", 2, 3)]),
        (["B-A", "E-A", "E-A", "S-A"], [("A", 0, 2), ("A", 2, 3), ("A", 3, 4)]),
        (["M-A", "E-A", "B-A", "O"], [("A", 0, 2), ("A", 2, 3)]),
        ([], []),
    ],
)
def test_sequences_that_cannot_be_are_mended(tags, spans):
    assert spans_of(tags) == spans
    assert not tags or tag_fault(tags, "bioes" if any(tag[0] in "EMS" for tag in tags) else "bio") is not None


@pytest.mark.parametrize(
    ("tags", "scheme", "place", "message"),
    [
        (["O", "I-A"], "bio", 1, "has the tag 'I-A' after 'O': in bio it must follow B-A or I-A"),
        (["I-A"], "bio", 0, "after the beginning"),
        (["B-A", "I-B"], "bio", 1, "after 'B-A'"),
        (["B-A", "E-A"], "bio", 1, "has 'E-A', which is no tag of bio: they are O, B-NAME, I-NAME"),
        (
            ["B-A", "B-A", "E-A"],
            "bioes",
            1,
            "has the tag 'B-A' after 'B-A': in bioes a span that B begins must end with E",
        ),
        (["B-A", "M-A"], "bmes", 1, "has the end after 'M-A'"),
        (["S-A", "E-A"], "bmes", 1, "in bmes it must follow B-A or M-A"),
        (["x"], "iob1", 0, "has 'x', which is no tag of iob1"),
        (["B-"], "bio", 0, "has 'B-', which is no tag"),
    ],
)
def test_the_first_tag_that_cannot_stand_there(tags, scheme, place, message):
    found = tag_fault(tags, scheme)
    assert found is not None and found[0] == place and message in found[1]
