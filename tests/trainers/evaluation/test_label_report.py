import math

import numpy as np
from langzoo.trainers.evaluation.label_report import LabelReport
from langzoo.trainers.evaluation.predictions import Predictions
from langzoo.trainers.evaluation.report_pictures import draw_confusion, draw_reliability
from langzoo.trainers.evaluation.worst_examples import worst_examples

LABELS = ("bad", "good", "猫")
RIGHT = np.int32([0, 0, 1, 1, 1, 0])
SHARES = np.float32([[0.8, 0.2, 0], [0.3, 0.7, 0], [0.1, 0.9, 0], [0.6, 0.4, 0], [0.2, 0.8, 0], [0.9, 0.1, 0]])
TAGGED = Predictions(
    "tags",
    [["B-X", "I-X", "O"], ["B-Y", "O"], ["O"]],
    [["B-X", "I-X", "O"], ["B-X", "B-X"], ["O"]],
    ("O", "B-X", "I-X", "B-Y", "I-Y"),
)


def test_labels_by_hand():
    predictions = Predictions("label", RIGHT, SHARES, LABELS)
    report = LabelReport.of(predictions)
    assert report.confusion == [[2, 1, 0], [1, 2, 0], [0, 0, 0]]
    bad, good, absent = report.rows
    assert (bad.label, bad.precision, bad.recall, bad.support) == ("bad", 2 / 3, 2 / 3, 3)
    assert (good.f1, good.support) == (2 / 3, 3)
    assert absent.support == 0 and all(map(math.isnan, (absent.precision, absent.recall, absent.f1)))
    assert draw_confusion(report)[1:4] == draw_reliability(predictions)[1:4] == b"PNG"


def test_label_sets_and_spans():
    report = LabelReport.of(
        Predictions("label_set", np.int32([[1, 0], [1, 1]]), np.float32([[0.9, 0.6], [0.1, 0.7]]), LABELS[:2])
    )
    assert report.confusion is None and draw_confusion(report) is None
    assert [(row.precision, row.recall, row.support) for row in report.rows] == [(1, 0.5, 2), (0.5, 1, 1)]
    spans = LabelReport.of(TAGGED)
    first = spans.rows[0]
    assert (first.label, first.precision, first.recall, first.support) == ("X", 1 / 3, 1, 1)
    assert spans.rows[1].recall == 0 and math.isnan(spans.rows[1].precision)
    parts = LabelReport.of(Predictions("tags", [["N", "V"]], [["N", "N"]], ("N", "V")))
    assert parts.confusion == [[1, 0], [1, 0]]
    assert LabelReport.of(Predictions("score", RIGHT, RIGHT)) is None


def test_the_most_confidently_wrong_come_first():
    found = worst_examples(Predictions("label", RIGHT, SHARES, LABELS), 20)
    shown = [(each.number, each.reference, each.prediction) for each in found]
    assert shown == [(1, "bad", "good"), (3, "good", "bad")]
    assert [each.number for each in worst_examples(Predictions("label", RIGHT, SHARES, LABELS), 1)] == [1]
    scores = worst_examples(Predictions("score", np.float32([1, 5, 3]), np.float32([1, 2, 4.5])), 20)
    assert [(each.number, each.weight) for each in scores] == [(1, 3.0), (2, 1.5)]
    assert [(each.number, each.weight) for each in worst_examples(TAGGED, 20)] == [(1, 3)]
    sets = Predictions("label_set", np.int32([[1, 0], [1, 1]]), np.float32([[0.9, 0.6], [0.1, 0.7]]), LABELS[:2])
    assert [(each.number, each.reference, each.prediction) for each in worst_examples(sets, 20)] == [
        (1, "bad, good", "good"),
        (0, "bad", "bad, good"),
    ]
