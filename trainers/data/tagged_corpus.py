"""Texts of words with a tag each."""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError
from ...layers.plain.text.word_packing import word_prefix
from ...layers.text import Tokenizer
from .example_store import RECORDS_PER_PIECE, ExampleStore, Piece
from .readers import Reader, Record
from .skipped_records import SkippedRecords

COLUMNS = {"text": np.int32, "sizes": np.int32, "tags": np.int32}
MOST_TAGS = 10_000


@dataclass(frozen=True)
class TaggedCorpus:
    """Token ids of words and a tag for each word, on disk.

    Attributes:
        store: the columns `text`, the token ids of an example's words, one after the other; `sizes`, how many tokens
            each word has; and `tags`, the place of each word's tag in `names`.
        names: the different tags, in the order in which they were met.
    """

    store: ExampleStore
    names: tuple[str, ...]

    @classmethod
    def from_files(
        cls,
        paths: Sequence[Path | str],
        tokenizer: Tokenizer,
        *,
        cache: Path | str,
        reader: Reader,
        known: Sequence[str] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> "TaggedCorpus":
        """Tokenizes the files, or finds them tokenized in `cache`.

        Args:
            paths: files with the columns words and tags.
            tokenizer: of the model that is to read them.
            cache: folder for the result.
            reader: what reads the files.
            known: the tags that there may be; None for any.
            progress: called with the number of characters done after each piece.

        Raises:
            UserError: what the reader raises; a tag that is not known; or over 10,000 different tags.
        """
        files, names = reader.files(paths), {}
        store = ExampleStore.from_pieces(
            files,
            tokenizer,
            lambda: _pieces(_known(reader, paths, known), tokenizer, names, progress),
            columns=COLUMNS,
            kind=json.dumps(["tagged", reader.key_of(files), known and sorted(known)]),
            cache=cache,
            notes=lambda: {"tags": list(names), "skipped": vars(reader.bad.summary())},
        )
        return cls(store, tuple(store.notes["tags"]))

    @property
    def key(self) -> str:
        """See `Corpus`."""
        return self.store.key

    @property
    def num_unknown(self) -> int:
        """See `Corpus`."""
        return self.store.counts["num_unknown"]

    @property
    def num_bytes(self) -> int:
        """See `Corpus`."""
        return self.store.counts["num_bytes"]

    @property
    def num_tokens(self) -> int:
        """See `Corpus`."""
        return len(self.store.columns["text"].values)

    @property
    def words_are_characters(self) -> bool:
        """Whether every word is one character, as in Chinese sets of named entities."""
        return not self.store.counts["num_longer"]

    def __len__(self) -> int:
        """Words."""
        return len(self.store.columns["tags"].values)

    @property
    def skipped(self) -> SkippedRecords:
        """The records that are not in it."""
        return self.store.skipped

    @property
    def labels(self) -> tuple[str, ...]:
        """The different tags in the order of a model's labels: "O" first, where there is one, the others sorted."""
        return tuple(sorted(self.names, key=lambda tag: (tag != "O", tag[2:], tag)))

    def tag_ids(self, labels: Sequence[str]) -> np.ndarray:
        """The place of each word's tag among the labels of a model, int32, of all examples in turn.

        Raises:
            UserError: a tag that is none of them.
        """
        places = {label: place for place, label in enumerate(labels)}
        for tag in self.names:
            if tag not in places:
                message = unknown_name_message("tag", tag, labels)
                raise UserError(f"{message}: it is none of the model's, which are those it was trained with")
        return np.array([places[tag] for tag in self.names], np.int32)[self.store.columns["tags"].values]


def _pieces(
    records: Iterator[Record],
    tokenizer: Tokenizer,
    names: dict[str, int],
    progress: Callable[[int], None] | None,
) -> Iterator[tuple[Piece, Mapping[str, int]]]:
    prefix, done = word_prefix(tokenizer.kind), 0
    while some := list(itertools.islice(records, RECORDS_PER_PIECE)):
        words = [word for record in some for word in record.values["words"]]
        rows = tokenizer.tokenize([prefix + word for word in words])
        ids = rows.flat_values.numpy().astype(np.int32)
        sizes = rows.row_lengths().numpy()
        counts = np.array([len(record.values["words"]) for record in some])
        ends = np.concatenate([[0], np.cumsum(sizes)])
        limits = np.concatenate([[0], np.cumsum(counts)])
        tags = [tag for record in some for tag in _places(record, names)]
        done += sum(map(len, words))
        if progress is not None:
            progress(done)
        piece = {
            "text": (ids, np.diff(ends[limits])),
            "sizes": (sizes, counts),
            "tags": (np.array(tags, np.int32), counts),
        }
        counted = {
            "num_bytes": sum(len(word.encode()) + 1 for word in words),
            "num_unknown": 0 if tokenizer.unknown_id is None else int((ids == tokenizer.unknown_id).sum()),
            "num_longer": sum(len(word) > 1 for word in words),
        }
        yield piece, counted


def _known(reader: Reader, paths: Sequence[Path | str], known: Sequence[str] | None) -> Iterator[Record]:
    """The records whose tags are all known."""
    names = None if known is None else set(known)
    for record in reader.records(paths):
        strange = next((tag for tag in record.values["tags"] if names is not None and tag not in names), None)
        if strange is None:
            yield record
        else:
            message = unknown_name_message("tag", strange, known or ())
            reader.reject(record.file, record.line, f"has an {message}", column="tags")


def _places(record: Record, names: dict[str, int]) -> list[int]:
    """The places of a record's tags among the names, which new ones join."""
    tags = record.values["tags"]
    for tag in tags:
        names.setdefault(tag, len(names))
    if len(names) > MOST_TAGS:
        raise UserError(f"{record.place}: over {MOST_TAGS:,} different tags: is the column of tags the right one?")
    return [names[tag] for tag in tags]
