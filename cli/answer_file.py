"""Answers of models in a file beside the texts."""

import contextlib
import csv
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from ..layers.plain.errors import UserError

DELIMITERS = {".csv": ",", ".tsv": "\t"}
LINES = ".jsonl"


def check_answer_file(path: Path) -> None:
    """Makes sure that answers can go to a file.

    Raises:
        UserError: its name does not say of what kind it is; or it is a folder, or lies in none.
    """
    if path.suffix.lower() not in (LINES, *DELIMITERS):
        raise UserError(f"--out {path}: the name must end with {', '.join((LINES, *DELIMITERS))}")
    if path.is_dir():
        raise UserError(f"--out {path} is a folder: name a file")
    if not path.parent.is_dir():
        raise UserError(f"--out {path}: there is no folder {path.parent}; make it first")


@contextlib.contextmanager
def writing_answers(path: Path) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Writes answers to a file that is there whole or not at all.

    In a table a number for each name, as probabilities are, is a column for each, `probabilities.good`; a list of names
    is one cell with `|` between them, and what has parts, as spans have, one cell of JSON. The cells of a .tsv file
    are without quotes, as GLUE's: tabs and line ends in them become spaces.

    Args:
        path: see `check_answer_file`.

    Returns:
        A function that adds an answer.

    Raises:
        UserError: an answer has other columns than the first, or the place cannot be written.
    """
    from ..zoo.atomic_file import replacing

    try:
        with replacing(path) as temporary, open(temporary, "w", encoding="utf-8", newline="") as file:
            yield _lines(file) if path.suffix.lower() == LINES else _rows(file, path)
    except OSError as error:
        raise UserError(f"--out {path}: {error.strerror}; name another place") from None


def _lines(file: IO[str]) -> Callable[[dict[str, Any]], None]:
    return lambda answer: print(json.dumps(answer, ensure_ascii=False), file=file)


def _rows(file: IO[str], path: Path) -> Callable[[dict[str, Any]], None]:
    delimiter = DELIMITERS[path.suffix.lower()]
    quotes: dict[str, Any] = {"lineterminator": "\n"}
    if delimiter == "\t":
        quotes |= {"quoting": csv.QUOTE_NONE, "quotechar": None}
    writer, columns = csv.writer(file, delimiter=delimiter, **quotes), []

    def add(answer: dict[str, Any]) -> None:
        cells = _cells(answer)
        if not columns:
            columns.extend(cells)
            writer.writerow(_clean(name, delimiter) for name in columns)
        if list(cells) != columns:
            raise UserError(f"--out {path}: the answers have not all the same columns; write them to a {LINES} file")
        writer.writerow(_clean(value, delimiter) for value in cells.values())

    return add


def _cells(answer: dict[str, Any]) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for name, value in answer.items():
        if isinstance(value, dict):
            cells |= {f"{name}.{key}": each for key, each in value.items()}
        elif isinstance(value, list) and all(isinstance(each, str) for each in value):
            cells[name] = "|".join(value)
        elif isinstance(value, list):
            cells[name] = json.dumps(value, ensure_ascii=False)
        else:
            cells[name] = value
    return cells


def _clean(value: Any, delimiter: str) -> Any:
    return re.sub(r"[\t\r\n]", " ", value) if delimiter == "\t" and isinstance(value, str) else value
