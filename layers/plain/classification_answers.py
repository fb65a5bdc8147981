"""Answers of text classifiers, for live and exported models. Needs no TensorFlow."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np


def classification_outputs(
    logits: Any, *, problem_type: str, activation: str | None, sigmoid: Callable, softmax: Callable, best: Callable
) -> dict[str, Any]:
    """Converts the logits of a text classifier to labels and probabilities, or scores.

    Args:
        logits: (B, C); an array, or a tensor in a graph.
        problem_type: "single_label_classification", "multi_label_classification" or "regression".
        activation: for regression: "sigmoid" for scores from 0 to 1, otherwise none.
        sigmoid, softmax: functions of such arrays, over the last axis.
        best: probabilities (B, C) -> the name of the most likely label of each row.

    Returns:
        `labels` (B,) and `probabilities` (B, C) if a text has one label; `chosen` bool (B, C) and `probabilities` if it
        has any number of labels; `scores` (B, C) for regression.
    """
    if problem_type == "regression":
        return {"scores": sigmoid(logits) if activation == "sigmoid" else logits}
    if problem_type == "multi_label_classification":
        probabilities = sigmoid(logits)
        return {"chosen": probabilities >= 0.5, "probabilities": probabilities}
    probabilities = softmax(logits)
    return {"labels": best(probabilities), "probabilities": probabilities}


def classification_answers(outputs: Mapping[str, np.ndarray], labels: Sequence[str]) -> list[dict[str, Any]]:
    """Returns the answer for each text from the outputs of a text classifier's graph.

    Args:
        outputs: outputs of the signature `classify` as NumPy arrays. Their names tell the kind of model: `labels` and
            `probabilities` (one label per text), `chosen` and `probabilities` (any number of labels), or `scores`
            (regression, or a reranker).
        labels: names of the columns.

    Returns:
        For each text a dict: `label` and `probabilities` (label -> number); or `labels`, those chosen, and
        `probabilities`; or `score`, a number, if there is one label, otherwise `scores` (label -> number).

    Example:
        >>> classification_answers({"scores": np.array([[2.5], [-1.0]])}, ["LABEL_0"])
        [{'score': 2.5}, {'score': -1.0}]
    """
    if "scores" in outputs:
        rows = outputs["scores"].tolist()
        if len(labels) == 1:
            return [{"score": score} for (score,) in rows]
        return [{"scores": dict(zip(labels, row, strict=True))} for row in rows]
    named = [{"probabilities": dict(zip(labels, row, strict=True))} for row in outputs["probabilities"].tolist()]
    if "chosen" in outputs:
        chosen = [[label for label, is_in in zip(labels, row, strict=True) if is_in] for row in outputs["chosen"]]
        return [{"labels": names, **each} for names, each in zip(chosen, named, strict=True)]
    best = [label.decode("utf-8") for label in outputs["labels"]]
    return [{"label": label, **each} for label, each in zip(best, named, strict=True)]
