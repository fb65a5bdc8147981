"""Reading third-party files: regular ones, of bounded size. Needs no TensorFlow."""

import errno
import os
import stat
from pathlib import Path

from .errors import UserError

_KINDS = (
    (stat.S_ISDIR, "is a folder"),
    (stat.S_ISFIFO, "is a FIFO"),
    (stat.S_ISSOCK, "is a socket"),
    (stat.S_ISCHR, "is a device"),
    (stat.S_ISBLK, "is a device"),
)


def read_file(path: str | Path, *, max_bytes: int, mend: str = "copy it again") -> bytes:
    """Reads a regular file of bounded size.

    A FIFO or a device, which might never end, is refused before it is opened.

    Args:
        path: the file; links are followed.
        max_bytes: larger files are rejected unread.
        mend: what the user can do, at the end of every message.

    Raises:
        UserError: it is missing, not a regular file, too large, or unreadable; the message is one line.

    Example:
        >>> _ = Path("notes.txt").write_text("three words here")
        >>> read_file("notes.txt", max_bytes=100)
        b'three words here'
    """
    check_regular_file(path, mend=mend)
    try:
        with open(path, "rb") as file:
            # Its size first, so that a huge one is not read; then no more than that: a file may grow.
            large = os.fstat(file.fileno()).st_size > max_bytes
            data = b"" if large else file.read(max_bytes + 1)
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}): {mend}") from error
    if large or len(data) > max_bytes:
        raise UserError(f"{path} is larger than {max_bytes:,} bytes: {mend}")
    return data


def check_regular_file(path: str | Path, *, mend: str = "copy it again") -> None:
    """Checks that a path leads to a regular file.

    Args:
        path: the file; links are followed.
        mend: what the user can do, at the end of every message.

    Raises:
        UserError: it does not; the message says what it is instead.
    """
    wrong = why_not_regular(path)
    if wrong is not None:
        raise UserError(f"{path!s} {wrong}: {mend}")


def why_not_regular(path: str | Path) -> str | None:
    """Returns what a path leads to, if that is not a regular file; None if it is.

    Example:
        >>> why_not_regular("/dev/null"), why_not_regular("no_such_file")
        ('is a device', 'is missing')
    """
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return "is a link to a file that is not there" if os.path.islink(path) else "is missing"
    except ValueError:  # a NUL character, or half of a surrogate pair that represents no byte
        return "cannot be the name of a file"
    except OSError as error:
        return "is a loop of links" if error.errno == errno.ELOOP else f"cannot be read ({error.strerror})"
    if stat.S_ISREG(mode):
        return None
    return next((words for is_kind, words in _KINDS if is_kind(mode)), "is not a regular file")
