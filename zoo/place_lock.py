"""Locks of files and folders, so that two processes never write one place."""

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
    """Holds the lock of a file or folder that is to be written, which need not be there yet; its parent must.

    The lock is the system's, on a file `.NAME.lock` beside the place, so it ends with its process, however that ends.
    The file is removed with it.

    Args:
        path: the file or folder.
        wait: whether to wait for another process that holds it, rather than to refuse.
        shown: what a message says is being written, if not `path`.

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
            if os.name == "nt":  # Windows removes no open file.
                os.close(descriptor)
                with contextlib.suppress(OSError):
                    lock.unlink()
            else:
                lock.unlink(missing_ok=True)  # While it is held: who waits sees that its file is no longer the one.
                os.close(descriptor)


def hidden_name(path: Path, *parts: str) -> Path:
    """A name beside `path` for what belongs to it: `.NAME.part1.part2`.

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
        except OSError as error:  # What the user knows is the folder.
            raise OSError(error.errno, error.strerror, str(folder)) from error
        try:
            held = lock_descriptor(descriptor, blocking=False)
        except OSError:  # The file system has no locks.
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
    """Whether the name still stands for the file that was locked; its last holder may have removed it."""
    try:
        return os.path.samestat(os.stat(lock), os.fstat(descriptor))
    except FileNotFoundError:
        return False
