"""Pairs of sentences with a score, from TSV files."""

import itertools
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from ...layers.plain.errors import UserError
from .text_files import check_text_files, read_text

COLUMNS = ("sentence1", "sentence2", "score")


class _ScoredPair(NamedTuple):
    """Two sentences and how alike they are."""

    sentence1: str
    sentence2: str
    score: float


def read_scored_pairs(paths: Iterable[Path | str]) -> list[_ScoredPair]:
    """Pairs of TSV files: GLUE's STS-B, found by the names of its columns, or three columns without a header.

    Quotes are characters like any other, as in GLUE. Empty lines are passed over.

    Args:
        paths: text files, UTF-8, plain or gzip.

    Returns:
        `sentence1`, `sentence2` and `score` of every line.

    Raises:
        UserError: a file that is no text, a column that is missing, a score that is no number, or no pair.

    Example:
        >>> _ = Path("a.tsv").write_text('A "cat".\\tA dog.\\t1.5\\n')
        >>> [tuple(pair) for pair in read_scored_pairs(["a.tsv"])]
        [('A "cat".', 'A dog.', 1.5)]
    """
    files = check_text_files(paths)
    pairs = list(itertools.chain.from_iterable(map(_pairs_of, files)))
    if not pairs:
        raise UserError(f"{', '.join(map(str, files))}: no pair in it")
    return pairs


def _pairs_of(path: Path) -> Iterator[_ScoredPair]:
    places, columns = None, len(COLUMNS)
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        cells = line.split("\t")
        if places is None:
            header = [cell.strip() for cell in cells]
            if set(COLUMNS).intersection(header):
                places, columns = _places(path, header), len(header)
                continue
            places = range(len(COLUMNS))
        if len(cells) != columns:
            raise UserError(f"{path}: line {number} has {len(cells)} columns and must have {columns}, parted by tabs")
        first, second, score = (cells[place] for place in places)
        yield _ScoredPair(first, second, _score(path, number, score))


def _lines(path: Path) -> Iterator[str]:
    rest = ""
    for piece in itertools.chain(read_text([path]), ["\n"]):
        *lines, rest = (rest + piece).split("\n")
        yield from (line.removesuffix("\r") for line in lines)


def _places(path: Path, header: list[str]) -> list[int]:
    for column in COLUMNS:
        if column not in header:
            raise UserError(f"{path} has no column {column}: its first line must name {', '.join(COLUMNS)}")
    return [header.index(column) for column in COLUMNS]


def _score(path: Path, number: int, text: str) -> float:
    try:
        score = float(text)
    except ValueError:
        score = math.nan
    if not math.isfinite(score):
        raise UserError(f"{path}: line {number} has the score {text[:40]!r}, which is no number")
    return score
