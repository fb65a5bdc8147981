import pytest
from langzoo.layers.plain.tag_spans import allowed_transitions, are_span_tags, tag_spans


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("", []),
        ("O O", []),
        ("B-X I-X O B-X", [("X", 0, 2), ("X", 3, 4)]),
        ("B-X B-X", [("X", 0, 1), ("X", 1, 2)]),
        ("I-X I-X", [("X", 0, 2)]),  # as conlleval: what continues nothing begins
        ("B-X I-Y", [("X", 0, 1), ("Y", 1, 2)]),
        ("B-X O I-X", [("X", 0, 1), ("X", 2, 3)]),
        ("B-a-b I-a-b", [("a-b", 0, 2)]),
    ],
)
def test_spans(tags, spans):
    assert [tuple(span) for span in tag_spans(tags.split())] == spans


def test_an_inside_follows_its_own_kind_alone():
    labels = ["O", "B-X", "I-X", "B-Y", "I-Y"]
    after, first = allowed_transitions(labels)
    allowed = {(labels[i], labels[j]) for i in range(5) for j in range(5) if after[i][j]}
    assert {(one, other) for one, other in allowed if other == "I-X"} == {("B-X", "I-X"), ("I-X", "I-X")}
    assert all((one, other) in allowed for one in labels for other in ("O", "B-X", "B-Y"))
    assert first == [True, True, False, True, False]


def test_other_tags_are_free():
    assert not are_span_tags(["NOUN", "VERB"])
    assert allowed_transitions(["NOUN", "I-VERB"]) == ([[True, True], [True, True]], [True, True])
