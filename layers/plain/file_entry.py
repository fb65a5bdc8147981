"""Hash and size of a file, for descriptions that detect damage."""

import hashlib
from pathlib import Path
from typing import Any


def file_entry(path: Path) -> dict[str, Any]:
    """Returns the SHA-256 hash of a file in hexadecimal, and its size in bytes.

    Example:
        >>> _ = Path("empty.txt").write_bytes(b"")
        >>> file_entry(Path("empty.txt"))["bytes"]
        0
    """
    return {"sha256": sha256_of(path), "bytes": path.stat().st_size}


def sha256_of(path: Path, *, first: int | None = None) -> str:
    """Returns the SHA-256 hash of a file, or of its first bytes, in hexadecimal."""
    digest, left = hashlib.sha256(), path.stat().st_size if first is None else first
    with open(path, "rb") as file:
        while left > 0 and (block := file.read(min(1 << 20, left))):
            digest.update(block)
            left -= len(block)
    return digest.hexdigest()
