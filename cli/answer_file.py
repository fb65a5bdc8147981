"""Writing a model's answers to a file, together with the texts."""

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
    """Checks that answers can be written to a file.

    Raises:
        UserError: The extension is unknown, the path is a folder, or its parent folder does not exist.
    """
    if path.suffix.lower() not in (LINES, *DELIMITERS):
        raise UserError(f"--out {path}: the name must end with {', '.join((LINES, *DELIMITERS))}")
    if path.is_dir():
        raise UserError(f"--out {path} is a folder: name a file")
    if not path.parent.is_dir():
        raise UserError(f"--out {path}: there is no folder {path.parent}; make it first")


@contextlib.contextmanager
def writing_answers(path: Path) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Writes answers to a file, which appears only once it is complete.

    In a table, a dictionary such as the probabilities takes a column per key (`probabilities.good`), a list of strings
    one cell with the strings separated by `|`, and any other list, such as spans, one cell of JSON. As in GLUE, the
    cells of a .tsv file are not quoted: tabs and line ends in them become spaces.

    Args:
        path: see `check_answer_file`.

    Returns:
        A function that adds an answer.

    Raises:
        UserError: An answer has other columns than the first, or the file cannot be written.
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
            raise UserError(f"--out {path}: the answers do not all have the same columns; write them to a {LINES} file")
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
