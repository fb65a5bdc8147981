"""F1 of spans."""

from collections import Counter
from typing import ClassVar

from ....layers.plain.tag_schemes import spans_of
from ....layers.plain.tag_transitions import are_span_tags
from .metric import Metric, numbers, register_metric


@register_metric("span_f1")
class SpanF1(Metric):
    """Precision, recall and F1 of spans, correct if label, start and end are (conlleval's rules, as in seqeval).

    Over the spans of all texts; 0 if no span is predicted, or there is none.
    """

    kinds = ("tags",)
    reports: ClassVar = {"span_f1": "max", "span_precision": "max", "span_recall": "max"}
    is_default = True

    def misfit(self, labels):
        """See `Metric.misfit`."""
        return None if are_span_tags(labels) else "is for tags that mark spans (B-PER, I-PER, O): use accuracy"

    def compute(self, predictions):
        """See `Metric.compute`."""
        correct, predicted, expected = (sum(each.values()) for each in span_counts(predictions))
        precision, recall = correct / max(predicted, 1), correct / max(expected, 1)
        f1 = 2 * correct / max(predicted + expected, 1)
        return numbers(span_f1=f1, span_precision=precision, span_recall=recall)


def span_counts(predictions) -> tuple[Counter, Counter, Counter]:
    """For each label, the correct spans, the predicted ones, and those in the references."""
    counts = correct, predicted, expected = Counter(), Counter(), Counter()
    for own, found in zip(predictions.references, predictions.predictions, strict=True):
        references, guesses = set(spans_of(own)), set(spans_of(found))
        for counter, spans in ((correct, references & guesses), (predicted, guesses), (expected, references)):
            counter.update(label for label, _, _ in spans)
    return counts
