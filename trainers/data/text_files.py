"""Reading text files."""

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from ...layers.plain.errors import UserError
from ...layers.plain.read_file import why_not_regular
from .not_utf8 import not_utf8

CHUNK_CHARACTERS = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"
MOST_PADDING = 1 << 20


def check_text_files(paths: Iterable[Path | str]) -> list[Path]:
    """Returns the files, after checking that each exists, is not empty, and begins like text.

    Raises:
        UserError: no file, or one that is missing, a folder, empty or binary.
    """
    files = [Path(path) for path in paths]
    if not files:
        raise UserError("no text file was given")
    for path in files:
        if path.is_dir():
            raise UserError(f"{path} is a folder; name the text files in it")
        if wrong := why_not_regular(path):
            wrong = "does not exist" if wrong == "is missing" else f"{wrong}, not a text file"
            raise UserError(f"{path} {wrong}")
        if path.stat().st_size == 0:
            raise UserError(f"{path} is empty")
        if next(read_text([path]), None) is None:  # Only a byte-order mark, or nothing compressed.
            raise UserError(f"{path} is empty")
    return files


def read_text(paths: Iterable[Path | str]) -> Iterator[str]:
    """Yields the text of one file after the other, in pieces that end with a line, unless a line is too long.

    UTF-8, with or without a byte-order mark, plain or gzip (detected by content). Line ends are kept as they are.

    Raises:
        UserError: a file is not UTF-8 text, contains NUL bytes, or is a damaged gzip file.

    Example:
        >>> _ = Path("a.txt").write_text("one\\ntwo\\n")
        >>> list(read_text(["a.txt"]))
        ['one\\ntwo\\n']
    """
    for path in map(Path, paths):
        rest = ""
        for text in _pieces(path):
            text = rest + text
            end = text.rfind("\n") + 1
            if not end and len(text) >= CHUNK_CHARACTERS:
                # A line longer than a piece is cut at a space, if it has one.
                end = text.rfind(" ") + 1 or len(text)
            rest = text[end:]
            if end:
                yield text[:end]
        if rest:
            yield rest


def _pieces(path: Path) -> Iterator[str]:
    try:
        try:
            line = 1
            with _open(path) as file:
                while text := file.read(CHUNK_CHARACTERS):
                    if (place := text.find("\0")) >= 0:
                        line += text.count("\n", 0, place)
                        raise UserError(f"{path} is binary, not text: it holds NUL bytes, the first in line {line:,}")
                    line += text.count("\n")
                    yield text
        except UnicodeDecodeError:
            raise not_utf8(path, _open_binary) from None  # It reads the file again, which may be damaged as well.
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UserError(f"{path} is a damaged gzip file: {error}") from None


def _open(path: Path) -> io.TextIOBase:
    return io.TextIOWrapper(_open_binary(path), encoding="utf-8-sig", newline="")


def _open_binary(path: Path) -> BinaryIO:
    with open(path, "rb") as file:
        compressed = file.read(2) == GZIP_MAGIC
    if not compressed:
        return open(path, "rb")
    file = _BoundedPadding(io.FileIO(path))
    unpacked = gzip.GzipFile(fileobj=file, mode="rb")
    unpacked.myfileobj = file  # type: ignore[assignment]  # which is then closed with it
    return unpacked  # type: ignore[return-value]


class _BoundedPadding(io.BufferedReader):
    """A gzip file, whose end may be followed by some zeros, but not by a gigabyte: gzip reads them one by one."""

    _zeros = 0

    def read(self, size=-1, /):
        data = super().read(size)
        self._zeros = self._zeros + 1 if size == 1 and data == b"\0" else 0
        if self._zeros > MOST_PADDING:
            raise gzip.BadGzipFile(f"over {MOST_PADDING:,} zeros after its end")
        return data
