"""Exact match and F1 of answers, by hand from the rules of the official scripts of SQuAD 1.1, 2.0 and CMRC 2018."""

import pytest
from langzoo.trainers.evaluation.found_answer import FoundAnswer
from langzoo.trainers.evaluation.metrics import measure
from langzoo.trainers.evaluation.metrics.cmrc_f1 import cmrc_figures, run_f1, segments
from langzoo.trainers.evaluation.metrics.squad2 import best_threshold, squad2_figures
from langzoo.trainers.evaluation.metrics.squad_f1 import normalized_answer, squad_figures
from langzoo.trainers.evaluation.predictions import Predictions

EXACTLY = {"rel": 0, "abs": 1e-9}


def test_squad_normalizes_as_its_script():
    assert normalized_answer("  The Quick, (brown)  a Fox's an theme ") == "quick brown foxs theme"
    assert (
        normalized_answer("don't\u2019 \u00c9t\u00e9\u2014the") == "dont\u2019 \u00e9t\u00e9\u2014"
    )  # ASCII signs alone
    assert normalized_answer("the a an") == ""


def test_squad_1():
    """Of several right answers the best counts, words as often as both have them."""
    references = [["Denver Broncos", "The Denver Broncos!"], ["1,000 cats and cats"], ["x"], ["the"]]
    predictions = ["the denver  Broncos", "cats cats cats 1000", "y", "the"]
    # 2: 1000 and cats twice of 4 and 4 words: 3 / 4. 4: nothing is left of "the": equal, and no word in common.
    assert squad_figures(references, predictions) == {
        "squad_f1": pytest.approx((1 + 0.75 + 0 + 0) / 4, **EXACTLY),
        "exact_match": pytest.approx(2 / 4, **EXACTLY),
    }


def found(span, above, *, threshold=0.0):
    return FoundAnswer("" if above > threshold else span, span, above)


# Scores by no_answer_score: -3 right, -1 half right, 0.5 no answer, 1.5 no answer, 2 wrong.
REFERENCES = [["cat"], [], ["black cat"], [], ["dog"]]
FOUND = [found("a cat", -3.0), found("x", 0.5), found("cat", -1.0), found("y", 1.5), found("fox", 2.0)]


def test_squad_2():
    figures = squad2_figures(REFERENCES, FOUND)
    two_thirds = 2 / 3  # F1 of "cat" and "black cat"
    # Answered: the first exact, the third F1 2 / 3, the fifth none. Both without an answer are found at threshold 0.
    assert figures == pytest.approx(
        {
            "has_answer_f1": (1 + two_thirds + 0) / 3,
            "has_answer_exact_match": 1 / 3,
            "no_answer_f1": 1.0,
            "no_answer_exact_match": 1.0,
            # From 2 (both without): + 1 at -3, + 2/3 at -1, - 1, - 1, + 0.
            "best_f1": (3 + two_thirds) / 5,
            "best_f1_threshold": -1.0,
            "best_exact_match": 3 / 5,
            "best_exact_match_threshold": -3.0,
        },
        **EXACTLY,
    )
    overall = squad_figures(REFERENCES, [each.text for each in FOUND])
    assert overall == pytest.approx({"squad_f1": (3 + two_thirds) / 5, "exact_match": 3 / 5}, **EXACTLY)


def test_squad_2_drops_right_answers_that_are_none():
    """The 2.0 script leaves right answers out of which nothing is left; without any there is no answer."""
    assert squad_figures([["the"], []], ["", ""])["exact_match"] == 1.0
    assert squad_figures([["the"], []], ["the", ""]) == {"squad_f1": 1.0, "exact_match": 1.0}  # "the" is none, too


def test_the_best_threshold_leaves_what_it_says():
    best, threshold = best_threshold(REFERENCES, FOUND)
    decided = [each.span if each.no_answer_score <= threshold else "" for each in FOUND]
    assert squad_figures(REFERENCES, decided)["squad_f1"] == pytest.approx(best, **EXACTLY)
    # Where nothing is right but no answer at all, it is below every score.
    assert best_threshold([[], []], [found("x", -1.0), found("y", 1.0)]) == (1.0, None)


def test_sets_without_unanswerable_questions_report_no_halves():
    predictions = Predictions("answers", [["cat"], ["dog"]], [found("cat", -1.0), found("fox", -1.0)])
    assert measure(predictions) == {"squad_f1": 0.5, "exact_match": 0.5}
    predictions = Predictions("answers", REFERENCES, FOUND)
    assert {"squad_f1", "has_answer_f1", "best_f1_threshold"} <= {*measure(predictions)}
    assert "cmrc_f1" in measure(predictions, ["cmrc_f1"])


def test_cmrc():
    assert segments("\u300aGPT-2\u300b\u6709 1.5\u4ebf,\u5bf9") == ["gpt2", "\u6709", "1.5", "\u4ebf", ",", "\u5bf9"]
    # The longest run side by side: of "ab c d" and "ab d" in Chinese characters 2 of 4 and 2 of 3.
    one, other = "\u5317\u4eac\u5927\u5b66", "\u5728\u5317\u4eac"
    precision, recall = 2 / 4, 2 / 3
    assert run_f1(one, other) == pytest.approx(2 * precision * recall / (precision + recall), **EXACTLY)
    assert run_f1("\u5317\u5927", "\u4eac") == 0.0
    # Characters apart are no run: of four in common two stand side by side.
    assert run_f1("\u4e00\u4e8c\u4e09\u56db", "\u4e00\u4e8c\u4e94\u4e09\u56db") == pytest.approx(4 / 9, **EXACTLY)
    references = [["\u5317\u4eac\u5e02", "\u5317\u4eac\u3002"], ["1990\u5e74"]]
    assert cmrc_figures(references, ["\u300a\u5317\u4eac\u300b", "1990"]) == pytest.approx(
        {"cmrc_f1": (1 + 2 / 3) / 2, "cmrc_exact_match": 0.5}, **EXACTLY
    )
