"""Exact match and F1 of CMRC 2018."""

import re
from collections.abc import Sequence

from .metric import Metric, register_metric

_SIGNS = frozenset("-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』")
_CHINESE = re.compile("[\u4e00-\u9fa5]")
_WORD = re.compile(r"\d+(?:[.,]\d+)*|\w+(?:['.]\w+)*|[^\w\s]")


@register_metric("cmrc_f1")
class CmrcF1(Metric):
    """Exact match and F1 of Chinese answers, from 0 to 1, by the rules of CMRC 2018's official script.

    Case and punctuation are ignored. F1 is that of the longest common run of characters, and the best of several
    correct answers counts (Cui et al. 2019, arXiv:1810.07366). Text that is not Chinese is split into words,
    numbers and signs, for which the script uses NLTK.
    """

    kinds = ("answers",)
    reports = {"cmrc_f1": "max", "cmrc_exact_match": "max"}  # noqa: RUF012

    def compute(self, predictions):
        """See `Metric.compute`."""
        return cmrc_figures(predictions.references, [found.text for found in predictions.predictions])


def cmrc_figures(references: Sequence[Sequence[str]], predictions: Sequence[str]) -> dict[str, float]:
    """Exact match and F1 over some questions, from 0 to 1.

    Args:
        references: the correct answers to each question.
        predictions: the answer to each.

    Example:
        >>> cmrc_figures([["北京市", "北京。"]], ["北京"])
        {'cmrc_f1': 1.0, 'cmrc_exact_match': 1.0}
    """
    exact, f1 = [], []
    for answers, found in zip(references, predictions, strict=True):
        right = list(answers) or [""]
        exact.append(max(float(_without_signs(found) == _without_signs(answer)) for answer in right))
        f1.append(max(run_f1(found, answer) for answer in right))
    return {"cmrc_f1": sum(f1) / len(f1), "cmrc_exact_match": sum(exact) / len(exact)}


def run_f1(found: str, answer: str) -> float:
    """F1 of the longest common run of two answers, over their Chinese characters and the words between.

    Example:
        >>> run_f1("北京大学", "在北京")
        0.5714285714285715
    """
    one, other = segments(found), segments(answer)
    common = _longest_run(other, one)
    if not common:
        return 0.0
    precision, recall = common / len(one), common / len(other)
    return 2 * precision * recall / (precision + recall)


def segments(text: str) -> list[str]:
    """Splits a text into Chinese characters, words and numbers, without CMRC's punctuation.

    Example:
        >>> segments("《GPT-2》有1.5亿")
        ['gpt2', '有', '1.5', '亿']
    """
    found, word = [], ""
    for character in text.lower().strip():
        if character in _SIGNS:
            continue
        if _CHINESE.match(character):
            found += [*_WORD.findall(word), character]
            word = ""
        else:
            word += character
    return [*found, *_WORD.findall(word)]


def _without_signs(text: str) -> str:
    return "".join(character for character in text.lower().strip() if character not in _SIGNS)


def _longest_run(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of the longest run of equal segments, contiguous in both."""
    best, before = 0, [0] * (len(other) + 1)
    for each in one:
        row = [0]
        for place, another in enumerate(other):
            row.append(before[place] + 1 if each == another else 0)
        best, before = max(best, *row), row
    return best
