"""Counting of keys that do not fit into memory: sorted runs on disk, merged as streams."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

MOST_RUNS = 64
"""Number of runs that are read in parallel; more are merged first, so that a block of each stays long."""

Counted = tuple[np.ndarray, np.ndarray]
"""Keys, int64, increasing; and the count of each, int64."""


class SortedRuns:
    """Counts how often each key of a stream occurs, in bounded memory.

    Keys are counted as they arrive; when the buffered ones exceed `memory`, they are written as a sorted run.
    `merged` reads all runs in parallel, one block of each at a time.

    Args:
        folder: folder for the runs; it must exist and be empty.
        memory: size in bytes.

    Example:
        >>> Path("runs").mkdir()
        >>> runs = SortedRuns(Path("runs"), memory=1 << 20)
        >>> runs.add(np.array([7, 5, 7])); runs.add(np.array([5, 9]))
        >>> [(keys.tolist(), counts.tolist()) for keys, counts in runs.merged()]
        [([5, 7, 9], [2, 2, 1])]
    """

    def __init__(self, folder: Path, *, memory: int):
        self._folder, self._runs = folder, 0
        self._limit = max(memory // 64, 1)  # keys: key, count, and both again, twice, while they are sorted
        self._waiting: list[Counted] = []

    def add(self, keys: np.ndarray) -> None:
        """Counts keys, int64."""
        for start in range(0, len(keys), self._limit):
            self._waiting.append(np.unique(keys[start : start + self._limit], return_counts=True))
            if sum(len(each) for each, _ in self._waiting) < self._limit:
                continue
            self._waiting = [combined(self._waiting)]
            if 2 * len(self._waiting[0][0]) >= self._limit:
                self._write(self._waiting.pop())

    def merged(self) -> Iterator[Counted]:
        """Yields all keys and their counts, in chunks, increasing throughout."""
        if not self._runs:
            yield combined(self._waiting)
            return
        if self._waiting:
            self._write(combined(self._waiting))
            self._waiting = []
        yield from self._merged_runs()

    def _merged_runs(self) -> Iterator[Counted]:
        readers = [self._read(run) for run in range(self._runs)]
        heads: dict[int, Counted] = {}
        while True:
            for place, reader in enumerate(readers):
                if place not in heads and (block := next(reader, None)) is not None:
                    heads[place] = block
            if not heads:
                return
            # No key up to here can come from a block that has not been read.
            bound = min(keys[-1] for keys, _ in heads.values())
            ready = []
            for place, (keys, counts) in list(heads.items()):
                cut = int(np.searchsorted(keys, bound, side="right"))
                ready.append((keys[:cut], counts[:cut]))
                if cut < len(keys):
                    heads[place] = (keys[cut:], counts[cut:])
                else:
                    del heads[place]
            yield combined(ready)

    def _path(self, run: int) -> Path:
        return self._folder / f"run-{run}"

    def _write(self, counted: Counted) -> None:
        self._path(self._runs).write_bytes(np.stack(counted, axis=1).tobytes())
        self._runs += 1
        if self._runs < MOST_RUNS:
            return
        with open(self._folder / "merged", "wb") as file:
            for piece in self._merged_runs():
                file.write(np.stack(piece, axis=1).tobytes())
        (self._folder / "merged").replace(self._path(0))
        self._runs = 1

    def _read(self, run: int) -> Iterator[Counted]:
        block = max(self._limit // self._runs, 1)
        with open(self._path(run), "rb") as file:
            while data := file.read(16 * block):
                pairs = np.frombuffer(data, np.int64).reshape(-1, 2)
                yield pairs[:, 0], pairs[:, 1]


def combined(parts: list[Counted]) -> Counted:
    """Merges the keys of all parts and adds up their counts."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    keys, counts = np.concatenate([keys for keys, _ in parts]), np.concatenate([counts for _, counts in parts])
    order = np.argsort(keys, kind="stable")  # fast if sorted parts follow one another
    keys = keys[order]
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))[: len(keys)]
    return keys[starts], np.add.reduceat(counts[order], starts) if len(starts) else counts
