"""Files that git-lfs has not fetched."""

from pathlib import Path

_START = b"version https://git-lfs.github.com/spec/"


def is_lfs_pointer(path: Path) -> bool:
    """Whether a file is the few lines that git keeps in place of a large one.

    Example:
        >>> is_lfs_pointer(Path("config.json"))
        False
    """
    with open(path, "rb") as file:
        return file.read(len(_START)) == _START


def lfs_message(path: Path) -> str:
    """What to say of it."""
    return f"{path} is a pointer of git-lfs, not the file itself: run git lfs pull in {path.parent}"
