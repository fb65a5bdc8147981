"""The base class of all readers, and their registry."""

import abc
import inspect
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from ....layers.plain.did_you_mean import unknown_name_message
from ....layers.plain.errors import UserError
from ....layers.plain.registry import Registry
from ..text_files import CHUNK_CHARACTERS, check_text_files, read_text
from .bad_records import BadRecords
from .record import Record

LONGEST_LINE = CHUNK_CHARACTERS
ALTERNATIVES = "|"

ReaderClass = TypeVar("ReaderClass", bound="type[Reader]")


class Reader(abc.ABC):
    """Reads records of named columns from files of one format.

    A subclass may have options of its own, keyword arguments of its constructor with a default each:
    `--reader-option name=value`.

    Args:
        columns: the columns that every record must have.
        optional: columns that it may have.
        named: column -> its name in the files, if that is different; several possible names are separated by
            `|`. In tables without a header line it is the number of the column, from 1.
        may_be_empty: columns whose texts may be empty.
        skip_bad: whether invalid records are counted and skipped rather than refused.

    Attributes:
        name: set by `register_reader`.
        gives: the columns of the format; empty if the file names them.
        task: the task that it is mostly used for.
        example: an example of a file.
        unit: what its records are called, for messages.

    Raises:
        UserError: `named` has a column that was not requested; or a column is not in the format.
    """

    name: ClassVar[str] = ""
    gives: ClassVar[tuple[str, ...]] = ()
    task: ClassVar[str] = ""
    example: ClassVar[str] = ""
    unit: ClassVar[str] = "line"

    def __init__(
        self,
        columns: Sequence[str],
        *,
        optional: Sequence[str] = (),
        named: Mapping[str, str] | None = None,
        may_be_empty: Sequence[str] = (),
        skip_bad: bool = False,
    ):
        self.columns = tuple(columns)
        self.optional = tuple(optional)
        self.named = dict(named or {})
        self.may_be_empty = tuple(may_be_empty)
        self.bad = BadRecords(skip=skip_bad)
        asked = (*self.columns, *self.optional)
        for column in self.named:
            if column not in asked:
                raise UserError(f"--columns: {unknown_name_message('column', column, asked)}")
        for column in asked if self.gives else ():
            own = self.alternatives(column)
            if not set(own) & set(self.gives) and (column in self.columns or column in self.named):
                raise UserError(
                    f"--columns: the reader {self.name} gives {', '.join(self.gives)}, no {' or '.join(own)}: "
                    f"name one of them, as in {column}={self.gives[0]}"
                )

    @classmethod
    def facts(cls) -> dict[str, str]:
        """The facts that `langzoo list` and `langzoo describe` show about it."""
        return {"columns": ", ".join(cls.gives) or "those of the file", "task": cls.task, "example": cls.example}

    @classmethod
    def own_options(cls) -> dict[str, Any]:
        """Its options in addition to those of all readers: name -> default."""
        own: dict[str, Any] = {}
        for kind in cls.__mro__[: cls.__mro__.index(Reader)]:
            for each in inspect.signature(kind.__init__).parameters.values():
                if each.kind is each.KEYWORD_ONLY and each.default is not each.empty:
                    own.setdefault(each.name, each.default)
        for name in inspect.signature(Reader).parameters:
            own.pop(name, None)
        return own

    @classmethod
    def files(cls, paths: Iterable[Path | str]) -> list[Path]:
        """Returns the files to read, after checking each; a folder is refused if the format has none.

        Raises:
            UserError: no file, or one that is missing, not a regular file, empty or binary.
        """
        return check_text_files(paths)

    def key_of(self, files: Sequence[Path]) -> str:
        """Everything except the files' content that determines what is read from them, for the cache."""
        del files
        own = {name: value for name, value in vars(self).items() if name != "bad" and not name.startswith("_")}
        return json.dumps([self.name or type(self).__name__, own, self.bad.skip], sort_keys=True)

    @abc.abstractmethod
    def records_of(self, path: Path) -> Iterator[Record]:
        """Yields the records of one file, in order.

        Invalid records are passed to `self.reject`, which raises or counts them; then the next one is read.

        Raises:
            UserError: the file is not of the format, or a record lacks a column; the message names file and line.
        """

    def records(self, paths: Iterable[Path | str]) -> Iterator[Record]:
        """Yields the records of all files, one file after the other.

        Raises:
            UserError: errors of `files` and `records_of`; or no record in any file.
        """
        files, count = self.files(paths), 0
        for record in self.records_in(files):
            count += 1
            yield record
        if not count:
            skipped = self.bad.summary()
            raise UserError(
                f"{shown(files)}: no {' and '.join(self.columns)} in it" + (f" ({skipped})" if skipped else "")
            )

    def records_in(self, files: Sequence[Path]) -> Iterator[Record]:
        """Yields the records of checked files; overridden by readers of files that belong together."""
        for path in files:
            yield from self.records_of(path)

    def reject(self, path: Path, number: int, fault: str, *, column: str = "") -> None:
        """Reports or counts a record that cannot be used.

        Args:
            path: its file.
            number: its line.
            fault: what is wrong, beginning with a verb.
            column: its column, if any; reported with its name in the file.

        Raises:
            UserError: bad records are not skipped.
        """
        where = f", column {self.alternatives(column)[0]}" if column else ""
        self.bad.add(f"{path}: {self.unit} {number}{where} {fault}")

    def alternatives(self, column: str) -> list[str]:
        """The possible names of a column in the file."""
        return self.named.get(column, column).split(ALTERNATIVES)

    def picked(self, path: Path, number: int, found: Mapping[str, Any]) -> Record | None:
        """Returns a record of the requested columns, by their names in the file; None if it was rejected."""
        values = {}
        for column in (*self.columns, *self.optional):
            own = next((name for name in self.alternatives(column) if found.get(name) is not None), None)
            if own is None:
                if column in self.columns:
                    self.reject(path, number, f"has no {' or '.join(self.alternatives(column))}")
                    return None
                continue
            value = found[own]
            if column in ("text", "pair") and isinstance(value, tuple):
                value = " ".join(value)
            if isinstance(value, str) and not value.strip() and column not in self.may_be_empty:
                if column in self.columns:
                    self.reject(path, number, "is empty", column=column)
                    return None
                continue
            values[column] = value
        return Record(path, number, values)


READERS: "Registry[type[Reader]]" = Registry("reader", own_package=__package__ or "")
"""Name -> class; other packages add theirs with the entry-point group `langzoo.reader`."""


def register_reader(name: str) -> Callable[[ReaderClass], ReaderClass]:
    """Class decorator that registers a file format for `--reader`.

    Args:
        name: lower-case letters, digits, `_`; it becomes the class's `name`.
    """

    def decorate(cls: ReaderClass) -> ReaderClass:
        cls.name = name
        return READERS.register(name)(cls)

    return decorate


def check_reader_options(name: str, options: Mapping[str, Any]) -> None:
    """Checks the options for a reader.

    Raises:
        UserError: it has no such option, or the value has another type.
    """
    own = READERS[name].own_options()
    for option, value in options.items():
        if option not in own:
            raise UserError(f"--reader-option: {unknown_name_message(f'option of the reader {name}:', option, own)}")
        kind = type(own[option])
        if type(value) is not kind:
            raise UserError(f"--reader-option {option} must be a {kind.__name__}, not {value!r}")


def shown(files: Sequence[Path], *, most: int = 3) -> str:
    """Lists files in a message, only the first ones if there are many."""
    more = f" and {len(files) - most:,} more" if len(files) > most else ""
    return ", ".join(map(str, files[:most])) + more


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    r"""Yields the lines of a text file with their numbers; only `\n` and `\r\n` end one.

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
