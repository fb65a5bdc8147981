"""Folders that are there whole or not at all, and their version numbers."""

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from ...layers.errors import UserError


def next_version(base: Path | str) -> Path:
    """The folder of the next free version under `base`: one more than the highest number there, 1 at first.

    Example:
        >>> next_version("saved_models/never_exported").name
        '1'
    """
    base = Path(base)
    names = [entry.name for entry in base.iterdir()] if base.is_dir() else []
    return base / str(1 + max((int(name) for name in names if _is_version(name)), default=0))


def refuse_existing(directory: Path) -> None:
    """An export never writes over another.

    Raises:
        UserError: the folder exists; the message names a free one.
    """
    if not os.path.lexists(directory):
        return
    if _is_version(directory.name):
        raise UserError(f"{directory} already exists; export goes to a new version: {next_version(directory.parent)}")
    raise UserError(f"{directory} already exists; choose another folder")


@contextlib.contextmanager
def staged_folder(directory: Path) -> Iterator[Path]:
    """A temporary folder beside `directory` to write to; on success it is renamed, after its bytes are on the disk.

    On any failure it is removed, together with the parents that were made for it. TF Serving, which may be watching the
    parent, sees only folders whose name is a number, and so never half an export.

    Raises:
        UserError: the folder exists, at the start or by the end.
    """
    refuse_existing(directory)
    made = [folder for folder in directory.parents if not folder.exists()]
    staging = directory.with_name(f".{directory.name}.{os.getpid()}.part")
    try:
        staging.mkdir(parents=True)
        yield staging
        for path in files_under(staging):
            with open(path, "rb") as file:
                os.fsync(file.fileno())
        refuse_existing(directory)
        os.rename(staging, directory)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        for folder in made:
            with contextlib.suppress(OSError):  # another export may have begun to use it
                folder.rmdir()
        raise


def files_under(directory: Path) -> list[Path]:
    """All files of a folder and its folders, sorted."""
    return sorted(path for path in directory.rglob("*") if path.is_file())


def _is_version(name: str) -> bool:
    return re.fullmatch("[0-9]+", name) is not None
