from langzoo.trainers.vocabularies.most_frequent import most_frequent


def test_ties_are_cut_in_the_order_of_code_points():
    counts = {"\U0001f600": 2, "\uffff": 2, "z": 2, "a": 3}  # UTF-16 would put the emoji before U+FFFF
    assert most_frequent(counts, size=5) == ["<unk>", "<eos>", "a", "z", "\uffff"]
    assert most_frequent(dict(reversed(counts.items())), size=None) == [
        "<unk>",
        "<eos>",
        "a",
        "z",
        "\uffff",
        "\U0001f600",
    ]
