"""A cache of tokenized text on disk, with keys from its content."""

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...layers.plain.errors import UserError
from ...layers.plain.file_entry import file_entry
from ...layers.plain.read_json import read_json
from ...layers.text import Tokenizer
from ...zoo.place_lock import place_lock
from ...zoo.staging import made_folder, staged_folder

COUNTS_FILE = "counts.json"
MAX_COUNTS_BYTES = 2**16
VERSION = 6  # of the cached data; another version gives another key


def cached_arrays(
    files: Sequence[Path],
    tokenizer: Tokenizer,
    *,
    kind: str,
    cache: Path | str,
    dtypes: Mapping[str, Any],
    write: Callable[[Path], Mapping[str, int]],
) -> tuple[str, dict[str, np.ndarray], dict[str, int]]:
    """Finds the arrays of some files in a cache, or writes them to it.

    They are stored in `CACHE/KEY/`, one array per file, where the key is the digest of the files' content, of the
    tokenizer, and of how the files are read with it. Arrays are used if every file has the recorded size and SHA-256;
    otherwise they are rewritten. If several processes need the same arrays at once, all wait for the first.

    Args:
        files: text files.
        tokenizer: the tokenizer of the model.
        kind: description of how they are read.
        cache: a folder; created if missing.
        dtypes: name of an array -> its data type.
        write: writes each array, its bytes in C order, to the file of its name in the given folder; returns
            counts to be stored.

    Returns:
        The key, the arrays (memory-mapped) and the counts.

    Raises:
        UserError: a file changed while it was read, and whatever `write` raises.
    """
    cache = Path(cache)
    key = corpus_key(files, tokenizer, kind=kind)
    folder = cache / key
    found = _read(folder, dtypes)
    if found is None:
        with made_folder(cache), place_lock(folder, wait=True):
            found = _read(folder, dtypes)  # written by another process meanwhile
            if found is None:
                _remove(folder)
                _write(folder, dtypes, write, check=lambda: _check_same(files, tokenizer, kind, key))
                found = _read(folder, dtypes)
                assert found is not None  # it has just been written
    return key, *found


def corpus_key(files: Sequence[Path], tokenizer: Tokenizer, *, kind: str) -> str:
    """Digest of the files' content, of the tokenizer, and of how the files are read with it."""
    digest = hashlib.sha256(json.dumps([VERSION, kind, tokenizer.digest]).encode())
    for path in files:
        with open(path, "rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
        digest.update(b"\0end of file\0")
    return digest.hexdigest()[:32]


def _check_same(files: Sequence[Path], tokenizer: Tokenizer, kind: str, key: str) -> None:
    if corpus_key(files, tokenizer, kind=kind) != key:
        raise UserError(
            f"{', '.join(map(str, files))}: the text changed while it was read; start again when it is complete"
        )


def _write(folder: Path, dtypes: Mapping[str, Any], write, *, check: Callable[[], None]) -> None:
    with staged_folder(folder, locked=True) as staging:
        counts = dict(write(staging))
        check()
        kept = {name: file_entry(staging / name) for name in dtypes}
        described = {"counts": counts, "files": kept}
        text = json.dumps({**described, "sha256": _digest_of(described)})
        (staging / COUNTS_FILE).write_text(text, encoding="utf-8")


def _read(folder: Path, dtypes: Mapping[str, Any]) -> tuple[dict[str, np.ndarray], dict[str, int]] | None:
    """Arrays and counts, or None if anything is missing or was changed."""
    try:
        kept = read_json(folder / COUNTS_FILE, max_bytes=MAX_COUNTS_BYTES)
        if kept.pop("sha256") != _digest_of(kept):
            return None
        for name in dtypes:
            # The size first: a damaged file may be very large.
            if (folder / name).stat().st_size != kept["files"][name]["bytes"]:
                return None
            if file_entry(folder / name) != kept["files"][name]:
                return None
        counts = {name: int(count) for name, count in kept["counts"].items()}
        return {name: mapped_array(folder / name, dtype) for name, dtype in dtypes.items()}, counts
    except (UserError, OSError, KeyError, TypeError, ValueError, AttributeError):
        return None


def _digest_of(described: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()


def mapped_array(path: Path, dtype) -> np.ndarray:
    """Maps an array on disk into memory; an empty file cannot be mapped."""
    return np.memmap(path, dtype, mode="r") if path.stat().st_size else np.zeros(0, dtype)


def _remove(folder: Path) -> None:
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder)
    else:
        folder.unlink(missing_ok=True)
