"""Evaluation of a model by the texts that it writes."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ...layers.plain.errors import UserError
from ..data.pair_corpus import SIDES
from ..data.readers import Record
from .metrics import METRICS, check_metrics, measure
from .predictions import Predictions

KIND = "texts"


def evaluate_texts(
    model: Any,
    records: Iterable[Record],
    *,
    metrics: Sequence[str] = ("bleu", "chrf"),
    batch_size: int = 32,
    max_tokens: int = 256,
    progress: Callable[[int], None] | None = None,
    **options: Any,
) -> tuple[dict[str, float], Predictions]:
    """How near the texts that a sequence-to-sequence model writes are to those that are right.

    Args:
        model: a live model, an `ExportedModel` or a `LiteModel`, whose `generate` is asked.
        records: pairs of a source and a target, as a reader gives them.
        metrics: by name, of those that are computed from texts.
        batch_size: sources read side by side, at least 1.
        max_tokens: of a text, at most.
        progress: called with the number of texts written, after each batch.
        **options: of `generate`, e.g. `decoder="beam", width=5`; without them the likeliest token each time.

    Returns:
        The figures by name, and the texts beside those that are right.

    Raises:
        UserError: there is no pair, a source is longer than the model reads, or what `generate` and the metrics raise.

    Example:
        >>> records = READERS["pairs"](("source", "target")).records(["pairs.tsv"])
        >>> figures, texts = evaluate_texts(model, records, metrics=["bleu"], decoder="beam", width=5)
    """
    check_metrics(metrics, KIND)
    asked = {"max_tokens": max_tokens, **(options or {"decoder": "greedy"})}
    right, written, rows = [], [], iter(records)
    while some := list(itertools.islice(rows, batch_size)):
        sources, targets = ([record.values[side] for record in some] for side in SIDES)
        try:
            found = model.generate(sources, **asked)
        except UserError as error:
            raise UserError(f"{some[0].place} and after it: {error}") from None
        right += targets
        written += [each["text"] for each in found]
        if progress is not None:
            progress(len(written))
    if not written:
        raise UserError("there is no pair to write a text for")
    predictions = Predictions(KIND, right, written)
    return measure(predictions, metrics), predictions


def metrics_of_texts() -> list[str]:
    """The names of the metrics that are computed from written texts."""
    return [entry.name for entry in METRICS.entries() if KIND in entry.value.kinds]
