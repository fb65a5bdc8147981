"""Locks of files and folders, so that two processes never write the same path."""

import contextlib
import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import lock_descriptor

from ..layers.plain.errors import UserError

LONGEST_NAME = 200  # bytes; systems allow 255, and a temporary name is longer than the name
POLL_SECONDS = 0.1


@contextlib.contextmanager
def place_lock(path: Path | str, *, wait: bool = False, shown: Path | str | None = None) -> Iterator[bool]:
    """Holds the lock of a file or folder to be written, which need not exist yet; its parent must.

    The lock is the operating system's, on a file `.NAME.lock` next to the path, so it ends with its process.
    The file is removed with it.

    Args:
        path: the file or folder.
        wait: whether to wait for another process that holds it, rather than refuse.
        shown: the name of what is being written in messages, if not `path`.

    Returns:
        Whether the lock is held: False on file systems that have no locks.

    Raises:
        UserError: another process holds it.
        OSError: the parent is missing or cannot be written.

    Example:
        >>> with place_lock("notes.txt"):
        ...     _ = Path("notes.txt").write_text("nobody else writes here meanwhile")
    """
    path = Path(os.path.abspath(path))
    lock = hidden_name(path, "lock")
    descriptor = _acquire(lock, shown or path, folder=path.parent, wait=wait)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            if os.name == "nt":  # Windows does not remove open files.
                os.close(descriptor)
                with contextlib.suppress(OSError):
                    lock.unlink()
            else:
                lock.unlink(missing_ok=True)  # While it is held: a waiting process sees that its file is gone.
                os.close(descriptor)


def hidden_name(path: Path, *parts: str) -> Path:
    """A hidden name next to `path` for a file that belongs to it: `.NAME.part1.part2`.

    Example:
        >>> hidden_name(Path("runs/a"), "lock").name
        '.a.lock'
    """
    name = path.name
    if len(os.fsencode(name)) > LONGEST_NAME:
        name = hashlib.sha256(os.fsencode(name)).hexdigest()[:32]
    return path.with_name(".".join(["", name, *parts]))


def _acquire(lock: Path, shown: Path | str, *, folder: Path, wait: bool) -> int | None:
    while True:
        try:
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:  # The user knows the folder.
            raise OSError(error.errno, error.strerror, str(folder)) from error
        try:
            held = lock_descriptor(descriptor, blocking=False)
        except OSError:  # The file system does not support locks.
            os.close(descriptor)
            lock.unlink(missing_ok=True)
            return None
        if held and _is_file_of(lock, descriptor):
            return descriptor
        os.close(descriptor)
        if not held and not wait:
            raise UserError(f"another process is writing {shown}: wait for it, or name another place")
        if not held:
            time.sleep(POLL_SECONDS)


def _is_file_of(lock: Path, descriptor: int) -> bool:
    """Whether the name still refers to the locked file; its last holder may have removed it."""
    try:
        return os.path.samestat(os.stat(lock), os.fstat(descriptor))
    except FileNotFoundError:
        return False
