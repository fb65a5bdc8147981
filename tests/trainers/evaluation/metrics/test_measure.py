"""Figures worked out by hand, and what is not defined."""

import math

import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data.sets import DATA_SETS
from langzoo.trainers.evaluation.metrics import METRICS, bootstrap_intervals, check_metrics, directions_of, measure
from langzoo.trainers.evaluation.metrics.measure import why_undefined
from langzoo.trainers.evaluation.predictions import KINDS, Predictions
from langzoo.trainers.objectives import OBJECTIVES, default_objective
from langzoo.trainers.training_config import TrainingConfig

TAGS = ("O", "B-X", "I-X", "B-Y", "I-Y")


def told(references, positive):
    """Predictions of two labels, by the probability of the second."""
    positive = np.float32(positive)
    return Predictions("label", np.int32(references), np.stack([1 - positive, positive], axis=-1), ("no", "yes"))


def test_two_labels_by_hand():
    # Right 1 1 1 0 0 0 0 0, told 1 1 0 1 0 0 0 0: 2 hits, 1 missed, 1 false alarm, 4 rightly left.
    found = measure(
        told([1, 1, 1, 0, 0, 0, 0, 0], [0.9, 0.8, 0.4, 0.6, 0.1, 0.2, 0.3, 0.0]), ["f1", "matthews", "roc_auc"]
    )
    assert found["accuracy"] == 6 / 8
    assert found["precision"] == found["recall"] == pytest.approx(2 / 3) == found["f1"]
    assert found["f1_macro"] == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert found["matthews"] == pytest.approx((2 * 4 - 1 * 1) / math.sqrt(3 * 3 * 5 * 5))
    assert found["roc_auc"] == pytest.approx(14 / 15)  # of 15 pairs one is the wrong way round: 0.4 and 0.6


def test_several_labels_by_hand():
    probabilities = np.float32([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.5, 0.3, 0.2], [0.2, 0.2, 0.6]])
    found = measure(
        Predictions("label", np.int32([0, 1, 1, 2]), probabilities, ("a", "b", "c")),
        ["f1_micro", "f1_weighted", "log_loss", "matthews"],
    )
    assert found["f1_micro"] == found["accuracy"] == 3 / 4
    assert found["f1_macro"] == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert found["f1_weighted"] == pytest.approx((2 / 3 + 2 * 2 / 3 + 1) / 4)
    assert found["log_loss"] == pytest.approx(-np.log([0.7, 0.8, 0.3, 0.6]).mean(), rel=1e-6)


def test_label_sets_by_hand():
    right = np.int32([[1, 0, 1], [0, 0, 0], [0, 1, 0]])
    shares = np.float32([[0.9, 0.2, 0.4], [0.1, 0.1, 0.3], [0.2, 0.7, 0.5]])
    found = measure(Predictions("label_set", right, shares, ("a", "b", "c")), ["f1_micro"])
    assert found["accuracy"] == pytest.approx(7 / 9) and found["exact_match"] == pytest.approx(1 / 3)
    assert found["f1_micro"] == pytest.approx(4 / 6)  # 2 hits, 1 missed, 1 false alarm
    assert found["f1_macro"] == pytest.approx((1 + 1 + 0) / 3)


def test_scores_by_hand():
    found = measure(Predictions("score", np.float32([1, 2, 3, 6]), np.float32([4, 6, 5, 5])))
    assert found["pearson"] == pytest.approx(1 / math.sqrt(28))
    assert found["spearman"] == pytest.approx(1.5 / math.sqrt(22.5))
    assert found["absolute_error"] == (3 + 4 + 2 + 1) / 4


def test_calibration_against_a_loop():
    random = np.random.default_rng(0)
    shares = random.dirichlet([1, 1, 1], size=400)
    right = random.integers(0, 3, 400)
    total = 0.0
    for place in range(15):
        inside = [row for row in range(400) if place / 15 < shares[row].max() <= (place + 1) / 15]
        if inside:
            confidence = np.mean([shares[row].max() for row in inside])
            accuracy = np.mean([shares[row].argmax() == right[row] for row in inside])
            total += len(inside) / 400 * abs(confidence - accuracy)
    found = measure(Predictions("label", right, shares, ("a", "b", "c")))
    assert found["calibration_error"] == pytest.approx(total, abs=1e-12)
    assert measure(told([1, 1], [1.0, 1.0]))["calibration_error"] == 0


SPANS = {
    # references, predictions, precision, recall and F1 as seqeval 1.2.2 gives them
    "boundaries and names count": (
        [["B-X", "I-X", "O", "B-Y"], ["B-X", "O", "B-X", "I-X"]],
        [["B-X", "O", "O", "B-Y"], ["B-Y", "O", "B-X", "I-X"]],
        (2 / 4, 2 / 4, 2 / 4),
    ),
    "a span begins where nothing of its name is open": ([["B-X", "I-X", "O"]], [["I-X", "I-X", "O"]], (1, 1, 1)),
    "another name ends a span": ([["B-X", "I-X", "I-X"]], [["B-X", "I-Y", "I-X"]], (0, 0, 0)),
    "neighbours of one name are two": ([["B-X", "B-X"]], [["B-X", "I-X"]], (0, 0, 0)),
    "nothing is told": ([["B-X"], ["O"]], [["O"], ["O"]], (0, 0, 0)),
    "nothing is there": ([["O", "O"]], [["O", "B-X"]], (0, 0, 0)),
}


@pytest.mark.parametrize("case", SPANS)
def test_spans(case):
    references, predictions, expected = SPANS[case]
    found = measure(Predictions("tags", references, predictions, TAGS))
    assert (found["span_precision"], found["span_recall"], found["span_f1"]) == pytest.approx(expected)


def test_what_is_not_defined_is_not_a_number():
    constant = measure(Predictions("score", np.float32([1, 2, 3]), np.float32([2, 2, 2])))
    assert math.isnan(constant["pearson"]) and math.isnan(constant["spearman"]) and constant["absolute_error"] == 2 / 3
    assert "are the same" in why_undefined("pearson", "score")
    one_class = measure(told([1, 1, 1], [0.9, 0.2, 0.8]), ["roc_auc", "matthews", "f1", "log_loss"])
    assert math.isnan(one_class["roc_auc"]) and one_class["matthews"] == 0 and one_class["f1"] == pytest.approx(0.8)
    assert "all texts or none" in why_undefined("roc_auc", "label")
    never = measure(told([0, 0], [0.1, 0.2]), ["f1"])  # the positive label is neither right nor told
    assert never["f1"] == 0 and never["f1_macro"] == 1


def test_intervals_hold_the_figure_and_shrink_with_more_examples():
    random = np.random.default_rng(1)
    widths = []
    for count in (50, 800):
        right = random.integers(0, 2, count)
        predictions = told(right, np.where(random.random(count) < 0.8, right, 1 - right))
        (low, high), figure = (
            bootstrap_intervals(predictions, samples=200)["accuracy"],
            measure(predictions)["accuracy"],
        )
        assert low < figure < high
        # Of a share p of n: 2 * 1.96 * sqrt(p (1 - p) / n).
        assert high - low == pytest.approx(3.92 * math.sqrt(figure * (1 - figure) / count), rel=0.2)
        widths.append(high - low)
    assert widths[1] < widths[0] / 2
    again = bootstrap_intervals(predictions, samples=200)
    assert again["accuracy"] == (low, high)


def test_names_are_checked():
    check_metrics(["matthews", "precision"], "label")
    for names, kind, labels, message in (
        (["mathews"], "label", None, "Did you mean matthews"),
        (["matthews"], "tags", TAGS, "from predictions of label, not of tags"),
        (["f1"], "label", ("a", "b", "c"), "is for two labels"),
        (["span_f1"], "tags", ("NOUN", "VERB"), "tags that mark spans"),
        (["f1"], "", None, "only by their loss"),
    ):
        with pytest.raises(UserError, match=message):
            check_metrics(names, kind, labels=labels)


def test_every_metric_says_what_it_is_computed_from():
    for entry in METRICS.entries():
        assert entry.value.kinds and set(entry.value.kinds) <= KINDS.keys() and entry.value.reports
    for kind in KINDS:  # a figure has one home
        figures = [name for entry in METRICS.entries() if kind in entry.value.kinds for name in entry.value.reports]
        assert len(set(figures)) == len(figures)


def test_what_is_monitored_is_known_before_anything_is_read():
    training = TrainingConfig().for_task("text_classifier")
    for monitor, best in (("matthews", "max"), ("calibration_error", "min"), ("accuracy", "max"), ("loss", "min")):
        assert training.with_settings({"monitor": monitor}).checked_for("text_classifier").monitor_direction == best
    with pytest.raises(UserError, match=r"monitor=span_f1.*use loss"):
        training.with_settings({"monitor": "span_f1"}).checked_for("text_classifier")
    with pytest.raises(UserError, match="computed from predictions of tags"):
        training.with_settings({"metrics": ["span_f1"]}).checked_for("text_classifier")


def test_sets_are_judged_by_what_is_reported_of_them():
    for entry in DATA_SETS.entries():
        learnt = entry.value.objective or default_objective(entry.value.task)
        if learnt is None:
            continue  # its task learns nothing yet
        known = {*directions_of(OBJECTIVES[learnt].predicts), *OBJECTIVES[learnt].metrics}
        named = entry.value.metric.replace(" ", "").split(",")
        assert set(named) <= known, entry.name
        settings = entry.value.settings(entry.name, {})
        assert (settings["metrics"], settings["monitor"]) == (named, named[0])
        training = TrainingConfig().for_task(entry.value.task).with_settings(settings)
        assert training.checked_for(entry.value.task).monitor_direction == "max"
    assert DATA_SETS["cola"].settings("cola", {"monitor": "loss"})["monitor"] == "loss"
