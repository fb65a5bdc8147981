"""Comma-separated values."""

import csv
from collections import deque
from pathlib import Path

from ....layers.plain.errors import UserError
from . import reader as _reader
from .reader import lines_of, register_reader
from .table_reader import TableReader

LONGEST_CELL = csv.field_size_limit()


@register_reader("csv")
class CsvReader(TableReader):
    """Comma-separated values as written by spreadsheets (RFC 4180); quoted cells may span lines.

    See `TableReader` for how columns are found. Empty lines are skipped.

    Args:
        *args: arguments of `Reader`.
        delimiter: the character between cells.
        **kwargs: arguments of `Reader`.

    Raises:
        UserError: delimiter is not one character.

    Example:
        >>> _ = Path("a.csv").write_text('stars,review\\n5,"Lovely, and\\nquiet."\\n')
        >>> reader = CsvReader(["text", "label"], named={"text": "review", "label": "stars"})
        >>> [dict(record.values) for record in reader.records(["a.csv"])]
        [{'text': 'Lovely, and\\nquiet.', 'label': '5'}]
    """

    example = 'text,label\n"Lovely, and quiet.",good\n'

    def __init__(self, *args, delimiter: str = ",", **kwargs):
        super().__init__(*args, **kwargs)
        if len(delimiter) != 1 or delimiter in '"\r\n':
            raise UserError(f"--reader-option delimiter must be one character, and no quote, not {delimiter!r}")
        self.delimiter = delimiter
        self.separator = {"\t": "tabs", ",": "commas"}.get(delimiter, repr(delimiter))

    def rows(self, path):
        """See `TableReader`."""
        lines = _Lines(path)
        cells = csv.reader(lines, delimiter=self.delimiter, strict=True)
        while True:
            lines.taken.clear()
            try:
                row = next(cells)
            except StopIteration:
                return
            except csv.Error as error:
                last = lines.taken[-1][0]
                opened = _open_quote(lines.taken, self.delimiter)
                if opened is None:
                    self.reject(path, last, f"is not CSV: {error}")
                else:
                    within = "" if lines.ended else f" within {LONGEST_CELL:,} characters"
                    self.reject(path, opened, f"has a quote that is not closed{within}: double a quote within a cell")
                lines.again([each for each in lines.taken if each[0] > (opened or last)])  # lines within the quote
                continue
            if len(row) > 1 or "".join(row).strip():
                yield lines.taken[0][0], row


class _Lines:
    """Provides the lines of a file to `csv.reader`, which takes as many as a row needs."""

    def __init__(self, path: Path):
        self._path = path
        self._lines = lines_of(path)
        self._back: deque[tuple[int, str]] = deque()
        self.taken: list[tuple[int, str]] = []
        self.ended = False
        self._length = 0

    def __iter__(self):
        return self

    def __next__(self) -> str:
        if not self.taken:
            self._length = 0
        found = self._back.popleft() if self._back else next(self._lines, None)
        if found is None:
            self.ended = True
            raise StopIteration
        self._length += len(found[1])
        if self._length > _reader.LONGEST_LINE:
            raise UserError(
                f"{self._path}: line {self.taken[0][0] if self.taken else found[0]} begins a row of over "
                f"{_reader.LONGEST_LINE:,} characters: is a quote not closed?"
            )
        self.taken.append(found)
        return found[1] + "\n"

    def again(self, lines: list[tuple[int, str]]) -> None:
        """Yields lines a second time."""
        self._back.extendleft(reversed(lines))
        self.ended = False


def _open_quote(lines: list[tuple[int, str]], delimiter: str) -> int | None:
    """The line with a quote that is still open after these lines; None if there is none."""
    opened, fresh = None, True  # fresh: at the start of a cell
    for number, line in lines:
        place = 0
        while place < len(line):
            character = line[place]
            if opened is not None:
                if character == '"' and line[place : place + 2] == '""':
                    place += 1
                elif character == '"':
                    opened, fresh = None, False
            elif character == '"' and fresh:
                opened = number
            else:
                fresh = character == delimiter
            place += 1
        fresh = opened is None
    return opened
