"""chrF of texts."""

from typing import ClassVar

from .metric import Metric, numbers, register_metric


@register_metric("chrf")
class ChrF(Metric):
    """Character n-gram F-score of generated texts, chrF2, 0 to 100 (Popović 2015, by sacrebleu)."""

    kinds = ("texts",)
    reports: ClassVar = {"chrf": "max"}

    def compute(self, predictions):
        """See `Metric.compute`."""
        from sacrebleu.metrics.chrf import CHRF

        return numbers(chrf=CHRF().corpus_score(predictions.predictions, [predictions.references]).score)
