import math

import pytest
from langzoo.trainers.evaluation.metrics import measure
from langzoo.trainers.evaluation.predictions import Predictions

ASKED = ("bleu", "chrf", "edit_distance")


def figures(right, told):
    return measure(Predictions("texts", [right], [told]), ASKED)


@pytest.mark.parametrize("text", ["the cat sat on the mat .", "猫坐在垫子上。"])
def test_the_right_text_is_perfect(text):
    assert figures(text, text) == pytest.approx({"bleu": 100, "chrf": 100, "edit_distance": 0})


def test_chinese_is_measured_by_characters():
    """41.11 is what `sacrebleu -tok zh` 2.6.0 gives; by words nothing would be right."""
    found = figures("猫坐在椅子上。", "猫坐在垫子上。")
    assert found["bleu"] == pytest.approx(41.11, abs=0.01)
    assert found["edit_distance"] == pytest.approx(1 / 7)


def test_words_of_others_are_measured_by_words():
    found = figures("the cat sat on the mat .", "the cat sat on a mat .")
    assert found["bleu"] == pytest.approx(48.89, abs=0.01)  # sacrebleu 2.6.0
    assert found["edit_distance"] == pytest.approx(3 / 24)


def test_an_empty_text():
    assert figures("ab", "") == pytest.approx({"bleu": 0, "chrf": 0, "edit_distance": 1})
    assert math.isnan(figures("", "ab")["edit_distance"])
