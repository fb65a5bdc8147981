"""Figures of rankings: by hand, and equal to ranx."""

import math

import numpy as np
import pytest
from langzoo.trainers.evaluation.metrics import measure
from langzoo.trainers.evaluation.predictions import Predictions


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


@pytest.mark.slow
def test_against_ranx():
    ranx = pytest.importorskip("ranx")
    random = np.random.default_rng(3)
    references, predictions = [], []
    for _ in range(60):
        documents = random.permutation(300)
        references.append({str(name): int(random.integers(1, 4)) for name in documents[: random.integers(1, 20)]})
        scores = random.permutation(150).astype(float)
        predictions.append({str(name): score for name, score in zip(random.permutation(300), scores, strict=False)})
    names = [f"q{number}" for number in range(60)]
    figures = ["recall@1", "recall@10", "recall@100", "mrr@10", "ndcg@10"]
    right, run = (
        ranx.Qrels(dict(zip(names, references, strict=True))),
        ranx.Run(dict(zip(names, predictions, strict=True))),
    )
    expected = ranx.evaluate(right, run, figures)
    found = measure(Predictions("ranking", references, predictions))
    for figure in figures:
        assert found[figure.replace("@", "_at_")] == pytest.approx(expected[figure], abs=1e-9), figure
