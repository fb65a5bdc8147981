"""Evaluation of an exported model by what it answers."""

import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...layers.plain.errors import UserError
from ..tasks import TaskTraining
from .evaluation import Evaluation
from .metrics import check_metrics, measure
from .predictions import Predictions


def evaluate_answers(
    model: Any,
    learning: TaskTraining,
    paths: Sequence[Path | str],
    *,
    batch_size: int = 32,
    metrics: Sequence[str] = (),
    progress: Callable[[int], None] | None = None,
) -> Evaluation:
    """How well an exported classifier or tagger answers: the figures that `evaluate` gives of its run.

    It is asked with raw text. A tagger's words are joined to a text; where the export splits a word of the file, the
    word has the tag of its first part, and how many those are is told in `Evaluation.remark`.

    Args:
        model: an `ExportedModel` or a `LiteEncoder`, whose `answer` is asked.
        learning: how models of its task learn, with the options that its manifest names.
        paths: files with labels, as the task reads them.
        batch_size: texts read side by side, at least 1.
        metrics: computed beside those of the task, by name.
        progress: called with the number of texts done, after each batch.

    Raises:
        UserError: what the reader raises, or the model; or a metric that is not for its predictions.
    """
    check_metrics(metrics, learning.predicts, labels=learning.options.get("labels"))
    records, parts, counts, done = learning.records(paths), [], Counter[str](), 0
    while some := list(itertools.islice(records, batch_size)):
        try:
            part, counted = learning.answered(model.answer, some)
        except UserError as error:
            raise UserError(f"{some[0].place} and after it: {error}, or evaluate the run") from None
        parts.append(part)
        counts.update(counted)
        done += len(some)
        if progress is not None:
            progress(done)
    if not parts:
        raise UserError(f"{', '.join(map(str, paths[:3]))}: every record was skipped, and none is left to evaluate on")
    predictions = Predictions.joined(parts)
    figures = measure(predictions, metrics)
    if "intents" in counts:
        figures["intent_accuracy"] = counts["intents"] / done
    split, (unit, item) = counts["split"], learning.unit_and_item
    references = predictions.references
    return Evaluation(
        tokens=sum(map(len, references)) if predictions.kind == "tags" else references.size,
        loss=_loss(predictions),
        unknown_rate=float("nan"),
        num_bytes=None,
        item=item,
        unit=unit,
        is_surprise=False,
        metrics=figures,
        predictions=predictions,
        remark=f"{split:,} words of the files are several to the export; they have the tag of their first part"
        if split
        else "",
    )


def _loss(predictions: Predictions) -> float:
    """The mean loss that the answers tell; NaN where they are the best alone, without probabilities."""
    right = predictions.references
    if predictions.kind == "score":
        return float(np.mean((predictions.predictions - right) ** 2, dtype=np.float64))
    if predictions.kind not in ("label", "label_set"):
        return float("nan")
    found = predictions.predictions.astype(np.float64)
    if predictions.kind == "label":
        of_right = found[np.arange(len(right)), right]
    else:
        of_right = np.where(right > 0, found, 1 - found)
    with np.errstate(divide="ignore"):
        return float(-np.log(of_right).mean())
