"""BLEU of texts."""

from typing import ClassVar

from .metric import Metric, numbers, register_metric

HAN = ("\u3400", "\u9fff")


@register_metric("bleu")
class Bleu(Metric):
    """Corpus BLEU of generated texts, 0 to 100 (Papineni et al. 2002, by sacrebleu: Post 2018, arXiv:1804.08771).

    Tokens are those of `13a`; for references in Chinese those of `zh`, one per character.
    """

    kinds = ("texts",)
    reports: ClassVar = {"bleu": "max"}

    def compute(self, predictions):
        """See `Metric.compute`."""
        from sacrebleu.metrics.bleu import BLEU

        scorer = BLEU(tokenize="zh" if is_chinese(predictions.references) else "13a")
        return numbers(bleu=scorer.corpus_score(predictions.predictions, [predictions.references]).score)


def is_chinese(texts) -> bool:
    """Whether most letters of texts are Chinese characters.

    Example:
        >>> is_chinese(["猫坐在垫子上。", "a"])
        True
    """
    letters = [letter for text in texts for letter in text if letter.isalpha()]
    return 2 * sum(HAN[0] <= letter <= HAN[1] for letter in letters) > len(letters)
