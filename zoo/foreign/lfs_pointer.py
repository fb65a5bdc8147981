"""Pointer files of git-lfs."""

from pathlib import Path

_START = b"version https://git-lfs.github.com/spec/"


def is_lfs_pointer(path: Path) -> bool:
    """Whether a file is a git-lfs pointer, a few lines in place of a large file.

    Example:
        >>> is_lfs_pointer(Path("config.json"))
        False
    """
    with open(path, "rb") as file:
        return file.read(len(_START)) == _START


def lfs_message(path: Path) -> str:
    """The message for such a file."""
    return f"{path} is a pointer of git-lfs, not the file itself: run git lfs pull in {path.parent}"
