"""The base class of readers of tables."""

import abc
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ....layers.plain.errors import UserError
from .reader import Reader


class TableReader(Reader):
    """Rows of cells, whose columns are found by the names in the first row, by numbers, or in order.

    A first row that contains the name of a wanted column is a header. If columns are named only by numbers, the
    table has no header. With neither, the optional columns of a row are between the first and the last: a
    text, optionally a second one, a label. A later row that repeats the header is invalid, and so is a row with more or
    fewer cells than the first.

    Args:
        *args: arguments of `Reader`.
        where: which rows are read, as `column=value` with the column's name in the file, or its number; "" reads all.
        **kwargs: arguments of `Reader`.

    Raises:
        UserError: `where` has another form.
    """

    task = "text_classifier"
    separator = "separator"

    def __init__(self, *args: Any, where: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        if where and "=" not in where:
            raise UserError(f"--reader-option where must be column=value, not {where!r}")
        self.where = where

    @abc.abstractmethod
    def rows(self, path: Path) -> Iterator[tuple[int, list[str]]]:
        """Yields the non-empty rows of a file, with the number of the line where each begins."""

    def records_of(self, path):
        """See `Reader`."""
        places, header, width, wanted = None, None, 0, None
        for number, cells in self.rows(path):
            if places is None:
                width = len(cells)
                wanted = self._wanted(path, number, cells)
                places = self._by_number(path, number, width)
                if places is None and (places := self._by_name(path, number, cells)) is not None:
                    header = cells
                    continue
                places = places or self._in_order(path, number, width)
            if cells == header:
                self.reject(path, number, "repeats the first line, the names of the columns")
            elif len(cells) != width:
                self.reject(path, number, f"has {len(cells)} columns, not {width}, separated by {self.separator}")
            elif wanted is None or cells[wanted[0]] == wanted[1]:
                found = {self.alternatives(column)[0]: cells[place] for column, place in places.items()}
                if (record := self.picked(path, number, found)) is not None:
                    yield record

    def _wanted(self, path: Path, number: int, cells: list[str]) -> tuple[int, str] | None:
        """The index of the cell that determines whether a row is read, and the required value."""
        name, _, value = self.where.partition("=")
        if not name:
            return None
        header = [cell.strip() for cell in cells]
        if name not in header and not (name.isdecimal() and 0 < int(name) <= len(cells)):
            raise UserError(f"{path}: line {number} has no column {name}, which --reader-option where names")
        return header.index(name) if name in header else int(name) - 1, value

    def _by_number(self, path: Path, number: int, width: int) -> dict[str, int] | None:
        if not all(self.named.get(column, "").isdecimal() for column in self.columns):
            return None
        places = {column: int(name) - 1 for column, name in self.named.items() if name.isdecimal()}
        for column, place in places.items():
            if not 0 <= place < width:
                raise UserError(
                    f"{path}: line {number} has {width} columns, so {column} cannot be column {place + 1}: "
                    f"they are counted from 1 and separated by {self.separator}"
                )
        return places

    def _by_name(self, path: Path, number: int, cells: list[str]) -> dict[str, int] | None:
        header = [cell.strip() for cell in cells]
        places = {}
        for column in (*self.columns, *self.optional):
            own = next((name for name in self.alternatives(column) if name in header), None)
            if own is not None:
                if header.count(own) > 1:
                    raise UserError(f"{path}: line {number} names the column {own} twice: leave one of them out")
                places[column] = header.index(own)
        if not self.named and not set(self.columns) & set(places):
            return None
        for column in self.columns:
            if column not in places:
                own = " or ".join(self.alternatives(column))
                raise UserError(
                    f"{path} has no column {own}: line {number}, its first, has {self._shown(header)}; "
                    f"--columns {column}=NAME says which one it is"
                )
        for column in self.named.keys() - places.keys():
            raise UserError(f"{path} has no column {self.named[column]}: its first line has {self._shown(header)}")
        return places

    @staticmethod
    def _shown(header: list[str]) -> str:
        names = [name[:40] for name in header[:12]]
        return ", ".join(names) + (" and more" if len(header) > len(names) else "")

    def _in_order(self, path: Path, number: int, width: int) -> Mapping[str, int]:
        first, *last = self.columns
        order = (first, *self.optional[: max(width - len(self.columns), 0)], *last)
        if width != len(order):
            more = f", or with {' and '.join(self.optional)} after the first" if self.optional else ""
            raise UserError(
                f"{path}: line {number} has {width} columns: it must have {', '.join(self.columns)}{more}, separated "
                f"by {self.separator}, or name them; --columns says which are which"
            )
        return {name: place for place, name in enumerate(order)}
