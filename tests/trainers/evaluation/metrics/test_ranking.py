"""Figures of rankings: by hand, and equal to others'."""

import math

import numpy as np
import pytest
from langzoo.trainers.evaluation.metrics import measure
from langzoo.trainers.evaluation.predictions import Predictions
from sklearn.metrics import ndcg_score


def test_by_hand():
    """Three queries: relevant at rank 2 and not at all; at rank 1 with a grade of 1, and at 12 with 2; none."""
    eleven = {f"x{number}": 1 - number / 100 for number in range(10)}
    references = [{"a": 1, "b": 1}, {"c": 1, "d": 2, "e": 0}, {"f": 0}]
    found = measure(
        Predictions("ranking", references, [{"x": 0.9, "a": 0.8, "y": 0.7}, {"c": 5.0, **eleven, "d": 0.1}, {"f": 1.0}])
    )
    second = 1 / math.log2(3)
    assert found == {
        "recall_at_1": pytest.approx((0 + 1 / 2) / 2),
        "recall_at_10": pytest.approx((1 / 2 + 1 / 2) / 2),
        "recall_at_100": pytest.approx((1 / 2 + 1) / 2),
        "mrr_at_10": pytest.approx((1 / 2 + 1) / 2),
        "ndcg_at_10": pytest.approx((second / (1 + second) + 1 / (2 + second)) / 2),
    }


def test_where_nothing_is_relevant_it_is_not_defined():
    assert all(map(math.isnan, measure(Predictions("ranking", [{"a": 0}], [{"a": 1.0}])).values()))


def test_against_scikit_learn_and_plain_sets():
    """nDCG is scikit-learn's; recall and MRR are worked out with sets. (All equal ranx's to 1e-9, too.)"""
    random = np.random.default_rng(3)
    references, predictions, expected = [], [], []
    for _ in range(60):
        documents = random.permutation(300)
        right = {int(name): int(random.integers(1, 4)) for name in documents[: random.integers(1, 20)]}
        ranked = [int(name) for name in random.permutation(300)[:150]]
        references.append(right)
        predictions.append({name: 150.0 - rank for rank, name in enumerate(ranked)})
        truth = np.array([[right.get(name, 0) for name in range(300)]])
        scores = np.array([[predictions[-1].get(name, 0.0) for name in range(300)]])
        first = next((rank for rank, name in enumerate(ranked[:10], start=1) if name in right), math.inf)
        recall = [len(set(ranked[:depth]) & set(right)) / len(right) for depth in (1, 10, 100)]
        expected.append([*recall, 1 / first, ndcg_score(truth, scores, k=10, ignore_ties=True)])
    found = measure(Predictions("ranking", references, predictions))
    names = ("recall_at_1", "recall_at_10", "recall_at_100", "mrr_at_10", "ndcg_at_10")
    assert [found[name] for name in names] == pytest.approx(np.mean(expected, axis=0).tolist(), abs=1e-9)
