"""Files that are written completely or not at all."""

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from ..layers.plain.errors import UserError
from .place_lock import hidden_name, place_lock

PART = "part"
_LEFTOVER = re.compile(rf"\.(?P<name>.+)\.(?:[0-9a-f]{{8}}\.{PART}|lock)", re.DOTALL)


@contextlib.contextmanager
def replacing(path: Path | str) -> Iterator[Path]:
    """Gives a temporary name next to `path` to write to, which replaces `path` on success, once its bytes are on disk.

    Whatever happens before that (a full disk, SIGKILL, an exception), the old file stays as it was; what SIGKILL left
    half written is removed by the next writer of the same file. Two processes never write it at once.

    Raises:
        UserError: another process is writing the file.

    Example:
        >>> with replacing("notes.txt") as temporary:
        ...     _ = temporary.write_text("all of it")
    """
    path = Path(path)
    with place_lock(path) as locked:
        if locked:
            remove_leftovers(path)
        temporary = temporary_name(path)
        try:
            yield temporary
            with open(temporary, "r+b") as file:  # Windows syncs only files that are open for writing.
                os.fsync(file.fileno())
            os.replace(temporary, path)
            sync_folder(path.parent)
        finally:
            temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def temporary_folder(path: Path | str) -> Iterator[Path]:
    """Makes a scratch folder next to `path`; if a killed process leaves it, the next writer of `path` removes it.

    Args:
        path: the file that is being written with `replacing`.
    """
    folder = temporary_name(Path(path))
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_text(path: Path | str, text: str) -> None:
    """Writes UTF-8 text, completely or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def temporary_name(path: Path) -> Path:
    """An unused name next to `path`; not derived from the process id, which containers share."""
    return hidden_name(path, secrets.token_hex(4), PART)


def remove_leftovers(path: Path) -> None:
    """Removes what killed writers of `path` left next to it. The caller holds the lock of the path."""
    begins = re.escape(hidden_name(path).name)
    for entry in list(path.parent.iterdir()):
        if re.fullmatch(rf"{begins}\.[0-9a-f]{{8}}\.{PART}", entry.name):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)


def remove_abandoned(folder: Path) -> None:
    """Removes what killed writers left in `folder`, except files and folders that are being written now."""
    if not folder.is_dir():
        return
    for entry in list(folder.iterdir()):
        found = _LEFTOVER.fullmatch(entry.name)
        if found is None:
            continue
        place = folder / found["name"]
        with contextlib.suppress(UserError), place_lock(place) as locked:
            if locked:
                remove_leftovers(place)


def is_leftover(name: str) -> bool:
    """Whether a file or folder is one of our temporary ones: partially written, or a lock.

    Example:
        >>> is_leftover(".weights.safetensors.0a1b2c3d.part"), is_leftover("weights.safetensors")
        (True, False)
    """
    return _LEFTOVER.fullmatch(name) is not None


def sync_folder(folder: Path) -> None:
    """Makes renames in a folder durable, if the system can sync folders."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
