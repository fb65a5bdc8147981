"""Evaluation of an exported sequence-to-sequence model on pairs."""

import itertools
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ...layers.plain.errors import UserError
from ..data.pair_corpus import SIDES
from ..data.readers import READERS, Reader
from ..tasks import training_class
from .evaluation import Evaluation


def evaluate_pairs_export(
    model: Any,
    paths: Sequence[Path | str],
    *,
    reader: Reader | None = None,
    batch_size: int = 32,
    progress: Callable[[int], None] | None = None,
) -> Evaluation:
    """Evaluates an exported model on the targets of pairs: gives the same figures as `evaluate` for its run.

    Args:
        model: an `ExportedModel` or a `LiteModel` of a sequence-to-sequence model.
        paths: files of pairs.
        reader: the reader of the files; lines of a source, a tab and a target if None.
        batch_size: pairs scored in parallel, at least 1.
        progress: called with the number of target tokens done, after each batch.

    Raises:
        UserError: a file that contains no pairs, or a pair that is longer than the export reads; `evaluate` of the run
            truncates such pairs and counts the removed tokens.
    """
    unknown_id = model.manifest["tokenizer"].get("unknown_id")
    unknown = None if unknown_id is None else model.tokens[unknown_id]
    reader = reader or READERS["pairs"](SIDES)
    pairs = reader.records(paths)
    losses, tokens, unknowns, num_bytes, done = [], 0, 0, 0, 0
    while piece := list(itertools.islice(pairs, batch_size)):
        sources, targets = ([record.values[side] for record in piece] for side in SIDES)
        try:
            scored = model.score(sources, targets)
        except UserError as error:
            raise UserError(f"pairs {done + 1} to {done + len(piece)}: {error}, or evaluate the run") from None
        for each in scored:
            losses.append(-math.fsum(each["log_probabilities"]))
            tokens += len(each["tokens"])
            unknowns += sum(token == unknown for token in each["tokens"])
        num_bytes += sum(len(target.encode()) for target in targets)
        done += len(piece)
        if progress is not None:
            progress(tokens)
    return Evaluation(
        tokens=tokens,
        loss=math.fsum(losses) / tokens,
        unknown_rate=unknowns / tokens,
        num_bytes=num_bytes,
        item=training_class("seq2seq_lm").item,
        skipped=reader.bad.summary() or None,
    )
