from langzoo.layers.plain.tag_transitions import allowed_transitions, are_span_tags


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
