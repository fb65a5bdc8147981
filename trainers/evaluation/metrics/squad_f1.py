"""Exact match and F1 of SQuAD."""

import collections
import re
import string
from collections.abc import Callable, Sequence

from .metric import Metric, register_metric

_SIGNS = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(a|an|the)\b")


@register_metric("squad_f1")
class SquadF1(Metric):
    """Exact match and F1 of answers, from 0 to 1, by the rules of SQuAD's official scripts (1.1 and 2.0).

    Case, ASCII punctuation, articles and white space are ignored; F1 is that of the common words, and the best of
    several correct answers counts. For questions without an answer, giving none is correct (Rajpurkar et al. 2018).
    """

    kinds = ("answers",)
    reports = {"squad_f1": "max", "exact_match": "max"}  # noqa: RUF012
    is_default = True

    def compute(self, predictions):
        """See `Metric.compute`."""
        return squad_figures(predictions.references, [found.text for found in predictions.predictions])


def squad_figures(references: Sequence[Sequence[str]], predictions: Sequence[str]) -> dict[str, float]:
    """Exact match and F1 over some questions, from 0 to 1.

    Args:
        references: the correct answers to each question; none if it has no answer.
        predictions: the answer to each, "" for none.

    Example:
        >>> squad_figures([["the cat", "cat"], []], ["A big Cat!", ""])
        {'squad_f1': 0.8333333333333333, 'exact_match': 0.5}
    """
    second = any(len(answers) == 0 for answers in references)
    exact, f1 = (
        [best_of(score, answers, found, second=second) for answers, found in zip(references, predictions, strict=True)]
        for score in (exact_match, word_f1)
    )
    return {"squad_f1": sum(f1) / len(f1), "exact_match": sum(exact) / len(exact)}


def best_of(score: Callable[..., float], answers: Sequence[str], found: str, *, second: bool) -> float:
    """The score of an answer against the most similar of the correct ones.

    Args:
        score: function of an answer and a correct one, `exact_match` or `word_f1`.
        answers: the correct answers; none if there is no answer.
        found: the answer, "" for none.
        second: whether the rules are those of SQuAD 2.0, in which a correct answer of only articles and punctuation is
            none.
    """
    kept = [answer for answer in answers if normalized_answer(answer)] if second else answers
    return max(float(score(found, answer, second=second)) for answer in kept or [""])


def exact_match(found: str, answer: str, *, second: bool = False) -> float:
    """Whether two answers are equal after normalization.

    Example:
        >>> exact_match("The cat.", "cat")
        1.0
    """
    del second
    return float(normalized_answer(found) == normalized_answer(answer))


def word_f1(found: str, answer: str, *, second: bool = False) -> float:
    """F1 of the words of two answers after normalization.

    Example:
        >>> word_f1("black cat", "the cat")
        0.6666666666666666
    """
    words, right = normalized_answer(found).split(), normalized_answer(answer).split()
    if second and not (words and right):
        return float(words == right)
    common = sum((collections.Counter(words) & collections.Counter(right)).values())
    if not common:
        return 0.0
    precision, recall = common / len(words), common / len(right)
    return 2 * precision * recall / (precision + recall)


def normalized_answer(text: str) -> str:
    """Returns an answer without case, ASCII punctuation, articles and repeated white space.

    Example:
        >>> normalized_answer("The  U.S. army")
        'us army'
    """
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_SIGNS)).split())
