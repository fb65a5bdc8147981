"""The additional figures of SQuAD 2.0."""

from collections.abc import Callable, Sequence

from ..found_answer import FoundAnswer
from .metric import Metric, register_metric
from .squad_f1 import best_of, exact_match, word_f1

HALVES = {"has_answer": True, "no_answer": False}


@register_metric("squad2")
class Squad2(Metric):
    """Exact match and F1 for questions with and without an answer, and the best of both over all thresholds.

    By the rules of SQuAD's official script 2.0, from 0 to 1. Nothing is reported for sets in which every question has
    an answer.
    """

    kinds = ("answers",)
    reports = {  # noqa: RUF012
        **{f"{half}_{name}": "max" for half in HALVES for name in ("f1", "exact_match")},
        **{f"best_{name}": "max" for name in ("f1", "exact_match")},
        **{f"best_{name}_threshold": "min" for name in ("f1", "exact_match")},
    }
    is_default = True
    undefined = "where no question of the set has an answer"

    def compute(self, predictions):
        """See `Metric.compute`."""
        return squad2_figures(predictions.references, predictions.predictions)


def squad2_figures(references: Sequence[Sequence[str]], found: Sequence[FoundAnswer]) -> dict[str, float]:
    """The figures for questions with and without an answer; none if all have one.

    Args:
        references: the correct answers to each question; none if it has no answer.
        found: the answer found for each question.
    """
    if all(len(answers) > 0 for answers in references):
        return {}
    figures = {}
    for half, has_answer in HALVES.items():
        rows = [row for row, answers in enumerate(references) if bool(len(answers)) == has_answer]
        scores = {"squad_f1": float("nan"), "exact_match": float("nan")}
        if rows:
            scores = {
                name: sum(best_of(score, references[row], found[row].text, second=True) for row in rows) / len(rows)
                for name, score in (("squad_f1", word_f1), ("exact_match", exact_match))
            }
        figures |= {f"{half}_f1": scores["squad_f1"], f"{half}_exact_match": scores["exact_match"]}
    for name, score in (("f1", word_f1), ("exact_match", exact_match)):
        best, threshold = best_threshold(references, found, score=score)
        figures |= {f"best_{name}": best, f"best_{name}_threshold": threshold or 0.0}
    return figures


def best_threshold(
    references: Sequence[Sequence[str]], found: Sequence[FoundAnswer], *, score: Callable[..., float] = word_f1
) -> tuple[float, float | None]:
    """The highest mean score over all no-answer thresholds, and that threshold, as in the official script.

    A question has no answer if its `no_answer_score` is above the threshold.

    Args:
        references: the correct answers to each question; none if it has no answer.
        found: the answer found for each question, of which `span` and `no_answer_score` are used.
        score: function of an answer and a correct one.

    Returns:
        The mean, and the threshold; None for one below every score, which leaves all questions without an answer.

    Example:
        >>> best_threshold([["cat"], []], [FoundAnswer("", "cat", 1.0), FoundAnswer("dog", "dog", 2.0)])
        (1.0, 1.0)
    """
    total = best = float(sum(not len(answers) for answers in references))
    threshold = None
    for row in sorted(range(len(found)), key=lambda row: found[row].no_answer_score):
        if len(references[row]):
            total += best_of(score, references[row], found[row].span, second=True)
        else:
            total -= 1 if found[row].span else 0
        if total > best:
            best, threshold = total, found[row].no_answer_score
    return best / len(found), threshold
