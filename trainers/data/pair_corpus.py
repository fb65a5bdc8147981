"""Pairs of a source and a target as token ids on disk."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...layers.text import Tokenizer
from .example_store import RECORDS_PER_PIECE, ExampleStore, Piece
from .ragged import Ragged
from .readers import READERS, Reader, Record
from .skipped_records import SkippedRecords

Progress = Callable[[int], None]
SIDES = ("source", "target")


@dataclass(frozen=True)
class PairCorpus:
    """Token ids of sources and targets.

    Attributes:
        sources, targets: int32, a row for each pair, memory-mapped, without special tokens.
        end_id: ends sources and targets.
        num_bytes: of the targets in UTF-8.
        num_unknown: tokens of the targets that the vocabulary does not have.
        key: digest of the files' content and of the tokenizer; "" for pairs that come from no file.
        skipped: the records of the files that are not in it.
    """

    sources: Ragged
    targets: Ragged
    end_id: int
    num_bytes: int
    num_unknown: int
    key: str = ""
    skipped: SkippedRecords | None = None

    @classmethod
    def from_files(
        cls,
        paths: Sequence[Path | str],
        tokenizer: Tokenizer,
        *,
        cache: Path | str,
        reader: Reader | None = None,
        progress: Progress | None = None,
    ) -> "PairCorpus":
        """Tokenizes the files, or finds them tokenized in `cache`, where the key is their content and the tokenizer's.

        Args:
            paths: files of pairs.
            tokenizer: of the model that is to read them.
            cache: folder for the result.
            reader: what reads the files; lines of pairs if None.
            progress: called with the number of characters done after each piece.

        Raises:
            UserError: what the reader raises.
        """
        read = reader or READERS["pairs"](SIDES)
        files = read.files(paths)
        store = ExampleStore.from_pieces(
            files,
            tokenizer,
            lambda: _pieces(read.records(paths), tokenizer, progress),
            columns=dict.fromkeys(SIDES, np.int32),
            kind=read.key_of(files),
            cache=cache,
            notes=lambda: {"skipped": vars(read.bad.summary())},
        )
        return cls(
            sources=store.columns["source"],
            targets=store.columns["target"],
            num_bytes=store.counts["num_bytes"],
            num_unknown=store.counts["num_unknown"],
            end_id=tokenizer.end_id,
            key=store.key,
            skipped=store.skipped,
        )

    def __len__(self) -> int:
        """Target tokens, end tokens included."""
        return len(self.targets.values) + self.num_pairs

    @property
    def num_tokens(self) -> int:
        """See `Corpus`."""
        return len(self)

    @property
    def num_pairs(self) -> int:
        """Pairs, N."""
        return len(self.targets.starts) - 1

    def pair(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Source and target of a pair, without special tokens."""
        return self.sources.row(index), self.targets.row(index)


def _pieces(
    records: Iterator[Record], tokenizer: Tokenizer, progress: Progress | None
) -> Iterator[tuple[Piece, Mapping[str, int]]]:
    done = 0
    while some := list(itertools.islice(records, RECORDS_PER_PIECE)):
        piece = {}
        for side in SIDES:
            rows = tokenizer.tokenize([record.values[side] for record in some])
            piece[side] = rows.flat_values.numpy().astype(np.int32), rows.row_lengths().numpy()
        unknown = 0 if tokenizer.unknown_id is None else int((piece["target"][0] == tokenizer.unknown_id).sum())
        num_bytes = sum(len(record.values["target"].encode()) for record in some)
        done += sum(len(record.values[side]) for record in some for side in SIDES)
        if progress is not None:
            progress(done)
        yield piece, {"num_bytes": num_bytes, "num_unknown": unknown}
