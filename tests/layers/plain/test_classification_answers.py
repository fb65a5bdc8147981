import numpy as np
from langzoo.layers.plain.classification_answers import classification_answers

LABELS = ["bad", "猫"]


def test_each_kind_of_answer():
    rows = np.array([[0.25, 0.75], [0.5, 0.5]])
    named = [{"probabilities": {"bad": 0.25, "猫": 0.75}}, {"probabilities": {"bad": 0.5, "猫": 0.5}}]
    one = {"labels": np.array(["猫".encode(), b"bad"], object), "probabilities": rows}
    assert classification_answers(one, LABELS) == [{"label": "猫", **named[0]}, {"label": "bad", **named[1]}]
    many = {"chosen": rows >= 0.5, "probabilities": rows}
    assert classification_answers(many, LABELS) == [{"labels": ["猫"], **named[0]}, {"labels": LABELS, **named[1]}]
    none = {"chosen": rows > 1, "probabilities": rows}
    assert [each["labels"] for each in classification_answers(none, LABELS)] == [[], []]
    assert classification_answers({"scores": rows * 8}, LABELS) == [
        {"scores": {"bad": 2, "猫": 6}},
        {"scores": {"bad": 4, "猫": 4}},
    ]
    assert classification_answers({"scores": rows[:, :1]}, ["a"]) == [{"score": 0.25}, {"score": 0.5}]
