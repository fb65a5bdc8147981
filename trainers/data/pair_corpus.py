"""Corpora of pairs of a source and a target on disk."""

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
        sources, targets: int32, one row per pair, memory-mapped, without special tokens.
        end_id: the token that ends sources and targets.
        num_bytes: number of bytes of the targets in UTF-8.
        num_unknown: number of tokens of the targets that are not in the vocabulary.
        key: digest of the files' content and of the tokenizer; "" if the pairs come from no file.
        skipped: the records of the files that were skipped.
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
        """Tokenizes the files, or finds them tokenized in `cache`, with a key of their content and the tokenizer.

        Args:
            paths: files of pairs.
            tokenizer: the tokenizer of the model.
            cache: folder for the result.
            reader: the reader of the files; lines of pairs if None.
            progress: called with the number of characters done after each piece.

        Raises:
            UserError: errors of the reader.
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
        """The number of target tokens, including end tokens."""
        return len(self.targets.values) + self.num_pairs

    @property
    def num_tokens(self) -> int:
        """See `Corpus`."""
        return len(self)

    @property
    def num_pairs(self) -> int:
        """The number of pairs, N."""
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
