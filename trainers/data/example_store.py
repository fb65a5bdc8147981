"""Examples as named columns on disk: token ids, labels, spans."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ...layers.plain.errors import UserError
from ...layers.text import Tokenizer
from .array_cache import cached_arrays
from .ragged import Ragged, release
from .skipped_records import SkippedRecords

RECORDS_PER_PIECE = 4096
NOTES = "notes"

Piece = Mapping[str, tuple[np.ndarray, np.ndarray]]
"""Column -> the values of some rows, one after the other, and the length of each row."""


@dataclass(frozen=True)
class ExampleStore:
    """Columns of examples, memory-mapped, cached under a key of the files' content.

    Attributes:
        columns: name -> `Ragged`; all have a row for every example.
        counts: counts recorded while they were written.
        key: digest of the files' content, of the tokenizer and of how they were read; "" if they come from no file.
        notes: other JSON data recorded while they were written.
    """

    columns: Mapping[str, Ragged]
    counts: Mapping[str, int]
    key: str = ""
    notes: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_pieces(
        cls,
        files: Sequence[Path],
        tokenizer: Tokenizer,
        pieces: Callable[[], Iterator[tuple[Piece, Mapping[str, int]]]],
        *,
        columns: Mapping[str, Any],
        kind: str,
        cache: Path | str,
        notes: Callable[[], Mapping[str, Any]] = dict,
        example: str = "record",
    ) -> "ExampleStore":
        """The examples of some files, read once and kept in a cache.

        Args:
            files: the files.
            tokenizer: the tokenizer of their ids.
            pieces: reads the files; yields some rows of every column and the counts for them.
            columns: name -> data type.
            kind: description of how the files are read; another kind gives another key.
            cache: folder for the result; see `cached_arrays`.
            notes: returns data to be stored with the examples; called when they are written.
            example: the name of an example in errors.

        Raises:
            UserError: a file changed while it was read, all examples were skipped, and whatever `pieces`
                raises.
        """
        starts = {f"{name}_starts": np.int64 for name in columns}
        key, arrays, counts = cached_arrays(
            files,
            tokenizer,
            kind=kind,
            cache=cache,
            dtypes={**columns, **starts, NOTES: np.uint8},
            write=lambda folder: _write(folder, pieces(), columns, notes),
        )
        kept = json.loads(arrays[NOTES].tobytes())
        store = cls({name: Ragged(arrays[name], arrays[f"{name}_starts"]) for name in columns}, counts, key, kept)
        if "skipped" in kept and not len(store):
            raise UserError(f"{', '.join(map(str, files[:3]))}: no {example} is left ({store.skipped})")
        return store

    @property
    def skipped(self) -> SkippedRecords:
        """The records of the files that are not among the examples."""
        found = self.notes.get("skipped", {})
        return SkippedRecords(**{**found, "places": tuple(found.get("places", ()))})

    def release(self) -> None:
        """Releases the memory of the parts of the columns that were read, see `ragged.release`."""
        for column in self.columns.values():
            for array in column:
                release(array)

    def __len__(self) -> int:
        """The number of examples, N."""
        return len(next(iter(self.columns.values())).starts) - 1


def _write(
    folder: Path,
    pieces: Iterable[tuple[Piece, Mapping[str, int]]],
    columns: Mapping[str, Any],
    notes: Callable[[], Mapping[str, Any]],
) -> dict[str, int]:
    """Appends piece after piece, so that only one is in memory."""
    counts: dict[str, int] = {}
    ends = dict.fromkeys(columns, 0)
    for name in columns:
        (folder / name).write_bytes(b"")
        (folder / f"{name}_starts").write_bytes(np.zeros(1, np.int64).tobytes())
    for piece, counted in pieces:
        for name, dtype in columns.items():
            values, lengths = piece[name]
            # Rows are completed by their lengths; the values of an incomplete one may have been written before.
            starts = ends[name] + np.cumsum(lengths, dtype=np.int64)
            # Not ndarray.tofile: its error for a full disk does not say that the disk is full.
            for path, array in ((name, values.astype(dtype, copy=False)), (f"{name}_starts", starts)):
                with open(folder / path, "ab") as file:
                    file.write(array.tobytes())
            ends[name] = int(starts[-1]) if len(starts) else ends[name]
        for name, count in counted.items():
            counts[name] = counts.get(name, 0) + int(count)
    (folder / NOTES).write_bytes(json.dumps(notes()).encode())
    return counts
