"""Evaluation of the answers of an exported model."""

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

INTENT_ACCURACY = "intent_accuracy"
"""The figure of the objective "tag_and_intent", which the answers give, too."""


def evaluate_answers(
    model: Any,
    learning: TaskTraining,
    paths: Sequence[Path | str],
    *,
    batch_size: int = 32,
    metrics: Sequence[str] = (),
    progress: Callable[[int], None] | None = None,
) -> Evaluation:
    """Evaluates the answers of an exported classifier or tagger, with the metrics of `evaluate` for its run.

    Its input is raw text. A tagger's words are joined to a text; if the export splits a word of the file, the
    word gets the tag of its first part, and the number of such words is given in `Evaluation.remark`.

    Args:
        model: an `ExportedModel` or a `LiteEncoder`, whose `answer` is called.
        learning: the training of its task, with the options of its manifest.
        paths: files with labels, in the format of the task.
        batch_size: texts read in parallel, at least 1.
        metrics: names of metrics in addition to those of the task.
        progress: called with the number of texts done, after each batch.

    Raises:
        UserError: errors of the reader or of the model; or a metric that does not apply to its predictions.
    """
    asked = [name for name in metrics if name != INTENT_ACCURACY or not learning.options.get("intents")]
    before = _cut(model)
    check_metrics(asked, learning.predicts, labels=learning.options.get("labels"))
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
    figures = measure(predictions, asked)
    if "intents" in counts:
        figures[INTENT_ACCURACY] = counts["intents"] / done
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
        cut_tokens=_cut(model)[0] - before[0],
        cut_texts=_cut(model)[1] - before[1],
        remark=f"{split:,} words of the files are several words to the export; each has the tag of its first part"
        if split
        else "",
    )


def _cut(model: Any) -> tuple[int, int]:
    """The tokens and texts that a LiteRT file has left out so far; a SavedModel reads what its live model reads."""
    return getattr(model, "cut_tokens", 0), getattr(model, "cut_texts", 0)


def _loss(predictions: Predictions) -> float:
    """The mean loss of the answers; NaN if they give only the best label, without probabilities."""
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
