"""Reading the lines of a user's small text file. Needs no TensorFlow."""

from collections.abc import Iterator
from pathlib import Path

from .errors import UserError
from .read_file import read_file

MAX_BYTES = 2**24


def bounded_lines(path: Path | str, *, mend: str, max_bytes: int = MAX_BYTES) -> Iterator[tuple[int, str]]:
    r"""Yields the lines of a UTF-8 file with their numbers from 1, without surrounding white space.

    Args:
        path: the file.
        mend: what the user can do, at the end of every message.
        max_bytes: larger files are refused.

    Raises:
        UserError: the file is missing, not a regular file, too large, or not UTF-8.

    Example:
        >>> _ = Path("names.txt").write_text("one\n two\n")
        >>> list(bounded_lines("names.txt", mend="write it"))
        [(1, 'one'), (2, 'two')]
    """
    data = read_file(path, max_bytes=max_bytes, mend=mend)
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        try:
            yield number, line.decode().strip()
        except UnicodeDecodeError:
            raise UserError(f"{path} line {number} is not UTF-8: {mend}") from None
