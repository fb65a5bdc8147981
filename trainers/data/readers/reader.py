"""The base of all readers, and their registry."""

import abc
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from ....layers.plain.errors import UserError
from ....layers.plain.registry import Registry
from ..text_files import CHUNK_CHARACTERS, check_text_files, read_text
from .record import Record

LONGEST_LINE = CHUNK_CHARACTERS

ReaderClass = TypeVar("ReaderClass", bound="type[Reader]")


class Reader(abc.ABC):
    """Reads records of named columns from files of one format.

    Args:
        columns: the columns that every record must have.
        optional: those that it may have.
    """

    def __init__(self, columns: Sequence[str], *, optional: Sequence[str] = ()):
        self.columns = tuple(columns)
        self.optional = tuple(optional)

    @abc.abstractmethod
    def records_of(self, path: Path) -> Iterator[Record]:
        """The records of one file in their order.

        Raises:
            UserError: the file is not of the format, or a record lacks a column; the message names file and line.
        """

    def records(self, paths: Iterable[Path | str]) -> Iterator[Record]:
        """The records of all files, one file after the other.

        Raises:
            UserError: a file that is missing, empty or not text; what `records_of` raises; or no record in any.
        """
        files, count = check_text_files(paths), 0
        for path in files:
            for record in self.records_of(path):
                count += 1
                yield record
        if not count:
            raise UserError(f"{', '.join(map(str, files))}: no {' and '.join(self.columns)} in it")


READERS: "Registry[type[Reader]]" = Registry("reader", own_package=__package__ or "")
"""Name -> class; other packages bring theirs by the entry-point group `langzoo.reader`."""


def register_reader(name: str) -> Callable[[ReaderClass], ReaderClass]:
    """Class decorator: makes `--reader` know a file format.

    Args:
        name: lower-case letters, digits, `_`.
    """
    return READERS.register(name)


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    r"""The lines of a text file with their numbers; only `\n` and `\r\n` end one.

    Raises:
        UserError: not UTF-8 text, or a line of more than a million characters.
    """
    rest: list[str] = []
    number, length = 1, 0
    for piece in read_text([path]):
        first, *others = piece.split("\n")
        rest.append(first)
        for line in others:
            yield number, "".join(rest).removesuffix("\r")
            rest, number, length = [line], number + 1, 0
        length += len(rest[-1])
        if length > LONGEST_LINE:
            raise UserError(f"{path}: line {number} has over {LONGEST_LINE:,} characters: split it")
    if last := "".join(rest):
        yield number, last.removesuffix("\r")
