"""Answers of models that extract them from a text, for live and exported models. Needs no TensorFlow."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .errors import UserError
from .text_batch import text_batch

DEFAULT_COUNT = 5
"""The default number of candidates of an answer."""

MOST_CANDIDATES = 1000


def span_answers(
    outputs: Mapping[str, np.ndarray], contexts: Sequence[bytes], *, threshold: float | None
) -> list[dict[str, Any]]:
    """Returns the answer to each question from the outputs of the signature `answer`.

    Args:
        outputs: `starts`, `limits` and `scores` (B, K), the best spans first, `lengths` (B,) and `no_answer_scores`
            (B,).
        contexts: the texts that were searched, UTF-8.
        threshold: by how much the score of no answer must exceed that of the best span for no answer to be given; None
            if there always is an answer.

    Returns:
        For each question a dict: `text`, `start` and `end` (characters of the context; "", 0 and 0 if there is no
        answer), `score`, the sum of the two logits, `no_answer_score`, by which the score of no answer exceeds the best
        span's, and `candidates`, the best spans, each with `text`, `start`, `end` and `score`.

    Example:
        >>> outputs = {"starts": np.array([[4]]), "limits": np.array([[7]]), "scores": np.array([[2.0]]),
        ...            "lengths": np.array([1]), "no_answer_scores": np.array([-1.0])}
        >>> span_answers(outputs, [b"The cat sat"], threshold=0.0)[0]["text"]
        'cat'
    """
    answers = []
    columns = [outputs[name] for name in ("starts", "limits", "scores")]
    for row, (context, length) in enumerate(zip(contexts, outputs["lengths"], strict=True)):
        text = context.decode("utf-8", errors="replace")
        cells = zip(*(column[row][:length].tolist() for column in columns), strict=True)
        found = [
            {"text": text[start:end], "start": start, "end": end, "score": float(score)} for start, end, score in cells
        ]
        nothing = float(outputs["no_answer_scores"][row])
        above = nothing - found[0]["score"] if found else 0.0
        best = found[0] if found and not is_no_answer(above, threshold) else None
        answer = best or {"text": "", "start": 0, "end": 0, "score": nothing}
        answers.append({**answer, "no_answer_score": above, "candidates": found})
    return answers


def is_no_answer(above: Any, threshold: float | None) -> Any:
    """Whether there is no answer, given by how much its score exceeds the best span's."""
    return threshold is not None and above > threshold


def checked_questions(texts: Any, pairs: Any) -> tuple[list[bytes], list[bytes]]:
    """Returns questions and their contexts as UTF-8.

    Args:
        texts: list of questions.
        pairs: the context of each.

    Raises:
        UserError: there are no contexts, or one is empty; or a text is not Unicode.
        ValueError: texts or pairs is one string, or not strings, or their numbers differ.
    """
    questions = text_batch(texts, "texts")
    if pairs is None:
        raise UserError("every question needs a text that holds its answer: give as many texts (pairs=, --pair)")
    contexts = text_batch(pairs, "pairs", beside=questions)
    for number, context in enumerate(contexts, start=1):
        if not context.strip():
            raise UserError(f"the text of question {number} is empty: give one to look for the answer in")
    return questions, contexts
