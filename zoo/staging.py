"""Atomic writing of sets of files, and version numbers of folders."""

import contextlib
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from ..layers.plain.errors import UserError
from .atomic_file import is_leftover, remove_leftovers, sync_folder, temporary_name
from .place_lock import POLL_SECONDS, place_lock

COMMITTED = ".committed"
"""A subfolder of files that are completely written and are being moved into place."""
REPLACED = ".replaced."
FILES = "files"  # in the names of a folder's own lock and staging folder


def next_version(base: Path | str) -> Path:
    """The folder of the next version under `base`: one more than the highest number there, starting at 1.

    Example:
        >>> next_version("saved_models/never_exported").name
        '1'
    """
    base = Path(base)
    entries = list(base.iterdir()) if base.is_dir() else []
    return base / str(1 + max((int(entry.name) for entry in entries if is_version(entry)), default=0))


def refuse_existing(directory: Path) -> None:
    """Refuses a path that is not empty; existing work is never overwritten.

    Raises:
        UserError: a file, or a folder that is not empty; the message names a free one.
    """
    if not os.path.lexists(directory) or is_empty_folder(directory):
        return
    if is_version(directory):
        raise UserError(f"{directory} already exists; export goes to a new version: {next_version(directory.parent)}")
    raise UserError(f"{directory} already exists and is not an empty folder; name another one, or remove it")


def is_empty_folder(directory: Path | str) -> bool:
    """Whether a folder exists and is empty except for the remains of killed writers."""
    directory = Path(directory)
    return directory.is_dir() and all(is_leftover(entry.name) for entry in directory.iterdir())


@contextlib.contextmanager
def staged_folder(directory: Path | str, *, locked: bool = False) -> Iterator[Path]:
    """Gives a temporary folder to write to, which becomes `directory` on success, once its bytes are on disk.

    It is next to `directory`, or inside it if that is an existing empty folder (such as the current one or a mount
    point, which cannot be replaced). On any failure it is removed, together with the parents created for it.
    TF Serving, which may be watching the parent, sees only folders whose name is a number, and so never a partial
    export.

    Args:
        directory: the folder to create.
        locked: whether the caller holds the `place_lock` of `directory`.

    Raises:
        UserError: the folder exists and is not empty, at the start or by the end; or another process is writing it.
        OSError: the disk is full, or the parent cannot be written.
    """
    directory = Path(directory)
    refuse_existing(directory)
    if directory.is_dir():
        with staged_files(directory) as staging:
            yield staging
            if not is_empty_folder(directory):
                refuse_existing(directory)
        return
    with made_folder(directory.parent), contextlib.nullcontext(True) if locked else place_lock(directory) as held:
        if held:
            remove_leftovers(directory)
        staging = temporary_name(directory)
        try:
            staging.mkdir()
            yield staging
            _sync(staging)
            refuse_existing(directory)
            os.rename(staging, directory)
            sync_folder(directory.parent)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


@contextlib.contextmanager
def staged_files(directory: Path | str, *, locked: bool = False) -> Iterator[Path]:
    """Gives a temporary folder to write to, whose files and folders are moved into `directory` together.

    The content of `directory` stays as it is until all is written; then each entry replaces the one of its name, a
    folder as a whole. A process that is killed between two of these renames leaves the folder `.committed`, from which
    `finish_commit` continues: readers and writers of such folders call it first.

    Args:
        directory: a folder that is there.
        locked: whether the caller holds the `folder_lock` of `directory`.

    Raises:
        UserError: another process is writing there.
        OSError: the disk is full, or the folder cannot be written.
    """
    directory = Path(directory)
    with contextlib.nullcontext() if locked else folder_lock(directory):
        staging = temporary_name(directory / FILES)
        try:
            staging.mkdir()
            yield staging
            _sync(staging)
            os.rename(staging, directory / COMMITTED)
            _move_committed(directory)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


@contextlib.contextmanager
def folder_lock(directory: Path | str) -> Iterator[None]:
    """Holds the lock of a folder whose files are written one by one, and finishes the work of killed writers.

    Args:
        directory: a folder that is there.

    Raises:
        UserError: another process holds it.
        OSError: the folder cannot be written.
    """
    directory = Path(directory)
    with place_lock(directory / FILES, shown=directory) as held:
        _move_committed(directory)
        if held:
            remove_leftovers(directory / FILES)
        yield


def finish_commit(directory: Path | str) -> None:
    """Moves the files that a killed writer had completely written into place, if there are any.

    Raises:
        OSError: they cannot be moved: the folder is read-only.
    """
    directory = Path(directory)
    while (directory / COMMITTED).is_dir():
        try:
            with folder_lock(directory):  # which moves the files
                return
        except UserError:
            time.sleep(POLL_SECONDS)  # Its holder is moving the files, and may keep the lock for hours after that.


@contextlib.contextmanager
def made_folder(directory: Path) -> Iterator[None]:
    """Creates a folder; if the block fails, it and its new parents are removed again."""
    missing = [folder for folder in (directory, *directory.parents) if not folder.exists()]
    directory.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        for folder in missing:
            with contextlib.suppress(OSError):  # another process may have begun to use it
                folder.rmdir()
        raise


def files_under(directory: Path) -> list[Path]:
    """All files of a folder and its subfolders, sorted."""
    return sorted(path for path in directory.rglob("*") if path.is_file())


def _move_committed(directory: Path) -> None:
    """Moves every entry into place; restarted after a kill, it does the rest. The caller holds the lock."""
    committed = directory / COMMITTED
    if not committed.is_dir():
        return
    for entry in sorted(committed.iterdir()):
        if entry.name.startswith(REPLACED):
            continue
        target = directory / entry.name
        # A folder cannot be renamed to one that is not empty, to a file, or to a link to a folder.
        if target.is_dir() or (entry.is_dir() and os.path.lexists(target)):
            os.rename(target, committed / f"{REPLACED}{entry.name}")
        os.replace(entry, target)
    shutil.rmtree(committed, ignore_errors=True)
    sync_folder(directory)


def _sync(staging: Path) -> None:
    for path in files_under(staging):
        # Windows syncs only files that are open for writing; elsewhere a copied file may be read-only.
        with open(path, "r+b" if os.name == "nt" else "rb") as file:
            os.fsync(file.fileno())
        sync_folder(path.parent)


def is_version(directory: Path) -> bool:
    """Whether the name of a folder is a version for TF Serving: a number.

    Example:
        >>> is_version(Path("saved_models/mine/12")), is_version(Path("saved_models/mine"))
        (True, False)
    """
    return re.fullmatch("[0-9]+", directory.name) is not None
