"""Baselines by counting, against the formulas."""

import itertools
import math

import numpy as np
import pytest
from langzoo.trainers.baselines import baselines

TEXTS, LABELS = ["good good cat", "bad dog", "bad cat"], ["+", "-", "-"]


def test_naive_bayes_is_its_formula():
    """Multinomial with Laplace's smoothing, over words and pairs of words."""
    found = baselines(TEXTS, LABELS, valid_texts=["Bad cat", "good fox"], valid_labels=["-", "+"], names=["+", "-"])

    def terms(text):
        each = text.lower().split()
        return [*each, *itertools.pairwise(each)]

    vocabulary = {term for text in TEXTS for term in terms(text)}
    for text, row in zip(["Bad cat", "good fox"], found["naive_bayes"].predictions, strict=True):
        scores = []
        for label in ("+", "-"):
            counted = [term for each, own in zip(TEXTS, LABELS, strict=True) if own == label for term in terms(each)]
            score = math.log(LABELS.count(label) / 3)
            for term in terms(text):
                if term in vocabulary:
                    score += math.log((counted.count(term) + 1) / (len(counted) + len(vocabulary)))
            scores.append(score)
        expected = np.exp(scores) / np.exp(scores).sum()
        np.testing.assert_allclose(row, expected, rtol=1e-6)
    assert found["naive_bayes"].references.tolist() == [1, 0]


@pytest.mark.parametrize(("units", "right"), [("auto", 2), ("characters", 2), ("words", 1)])
def test_chinese_is_counted_by_characters(units, right):
    """As words the sentences have nothing in common."""
    texts = ["房间很好", "服务很好", "房间很差", "服务很差"]
    found = baselines(
        texts,
        ["好", "好", "差", "差"],
        valid_texts=["真好", "真差"],
        valid_labels=["好", "差"],
        names=["好", "差"],
        units=units,
    )
    for predictions in found.values():
        assert (predictions.best == predictions.references).sum() == right


def test_a_label_without_a_text_has_no_probability():
    found = baselines(TEXTS, LABELS, valid_texts=["a cat"], valid_labels=["?"], names=["+", "?", "-"])
    for predictions in found.values():
        assert predictions.predictions[0, 1] == 0 and predictions.predictions.sum() == pytest.approx(1)
