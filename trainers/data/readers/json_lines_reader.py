"""JSON lines."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ....layers.plain.errors import UserError
from ....layers.plain.read_json import parse_object
from .reader import Reader, lines_of, register_reader

MEND = "write one object per line"


@register_reader("jsonl")
class JsonLinesReader(Reader):
    """One JSON object per line, with a name for each column; a list of strings is a structured column.

    Numbers, `true` and `false` are read as written. Empty lines are skipped.

    Example:
        >>> _ = Path("a.jsonl").write_text('{"sentence": "The cat sat.", "label": 3}\\n')
        >>> reader = JsonLinesReader(["text", "label"], named={"text": "sentence"})
        >>> [dict(record.values) for record in reader.records(["a.jsonl"])]
        [{'text': 'The cat sat.', 'label': '3'}]
    """

    task = "text_classifier"
    example = '{"text": "The cat sat.", "label": "good"}\n'

    def records_of(self, path):
        """See `Reader`."""
        for number, found in objects_of(self, path):
            record = self.named_cells(path, number, found)
            if record is not None:
                yield record

    def named_cells(self, path, number, found):
        """Returns a record of a row whose cells have names; None if it was rejected."""
        cells = {}
        for column in (*self.columns, *self.optional):
            for name in self.alternatives(column):
                value = found.get(name)
                if value is None:
                    continue
                cells[name] = cell_of(value)
                if cells[name] is None:
                    self.reject(path, number, "holds neither a string, a number nor a list of strings", column=column)
                    return None
        return self.picked(path, number, cells)


def objects_of(reader: Reader, path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yields the objects of a file with their line numbers; other lines are added to the reader's bad records."""
    for number, line in lines_of(path):
        if not line.strip():
            continue
        try:
            yield number, parse_object(line.encode("utf-8"), f"line {number} of {path}", mend=MEND)
        except UserError as error:
            reader.bad.add(str(error))


def cell_of(value):
    """Converts a JSON value to a cell: a string, or a tuple of strings; None for any other value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    return None
