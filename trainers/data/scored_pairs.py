"""Pairs of sentences with a score, from TSV files."""

import math
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ...layers.plain.errors import UserError
from .readers import READERS, Record

COLUMNS = ("sentence1", "sentence2", "score")


class _ScoredPair(NamedTuple):
    """Two sentences and their similarity."""

    sentence1: str
    sentence2: str
    score: float


def read_scored_pairs(paths: Iterable[Path | str]) -> list[_ScoredPair]:
    """Reads pairs from TSV files: GLUE's STS-B, found by the names of its columns, or three columns without a header.

    Quotes are ordinary characters, as in GLUE. Empty lines are skipped.

    Args:
        paths: text files, UTF-8, plain or gzip.

    Returns:
        `sentence1`, `sentence2` and `score` of every line.

    Raises:
        UserError: a file that is not text, a missing column, a score that is not a number, or no pair.

    Example:
        >>> _ = Path("a.tsv").write_text('A "cat".\\tA dog.\\t1.5\\n')
        >>> [tuple(pair) for pair in read_scored_pairs(["a.tsv"])]
        [('A "cat".', 'A dog.', 1.5)]
    """
    return [
        _ScoredPair(record.values["sentence1"], record.values["sentence2"], _score(record))
        for record in READERS["tsv"](COLUMNS).records(paths)
    ]


def _score(record: Record) -> float:
    text = record.values["score"]
    try:
        score = float(text)
    except ValueError:
        score = math.nan
    if not math.isfinite(score):
        raise UserError(f"{record.place} has the score {text[:40]!r}, which is not a number")
    return score
