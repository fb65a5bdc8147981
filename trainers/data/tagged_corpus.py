"""Corpora of texts of words with one tag each."""

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
from .stored_corpus import StoredCorpus

COLUMNS = {"text": np.int32, "sizes": np.int32, "tags": np.int32, "intent": np.int32}
MOST_TAGS = 10_000


@dataclass(frozen=True)
class TaggedCorpus(StoredCorpus):
    """Token ids of words and a tag for each word, on disk.

    Attributes:
        store: the columns `text`, the token ids of an example's words, one after the other; `sizes`, the number of
            tokens of each word; `tags`, the index of each word's tag in `names`; and `intent`, that of the text's
            intent in `intents`, for files that have any.
        names: the distinct tags, in order of first occurrence.
        intents: the distinct intents, in order of first occurrence.
    """

    names: tuple[str, ...]
    intents: tuple[str, ...] = ()

    @classmethod
    def from_files(
        cls,
        paths: Sequence[Path | str],
        tokenizer: Tokenizer,
        *,
        cache: Path | str,
        reader: Reader,
        known: Sequence[str] | None = None,
        known_intents: Sequence[str] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> "TaggedCorpus":
        """Tokenizes the files, or finds them tokenized in `cache`.

        Args:
            paths: files with the columns words and tags.
            tokenizer: the tokenizer of the model.
            cache: folder for the result.
            reader: the reader of the files.
            known, known_intents: the allowed tags and intents; None for any.
            progress: called with the number of characters done after each piece.

        Raises:
            UserError: errors of the reader; a tag or an intent that is not known; or over 10,000 distinct tags.
        """
        files, names, intents = reader.files(paths), {}, {}
        allowed = {"tags": known, "intent": known_intents}
        store = ExampleStore.from_pieces(
            files,
            tokenizer,
            lambda: _pieces(known_records(reader, paths, allowed), tokenizer, names, intents, progress),
            columns=COLUMNS,
            kind=json.dumps(
                ["tagged", reader.key_of(files), *(values and sorted(values) for values in allowed.values())]
            ),
            cache=cache,
            notes=lambda: {"tags": list(names), "intents": list(intents), "skipped": vars(reader.bad.summary())},
            example="text with tags",
        )
        return cls(store, tuple(store.notes["tags"]), tuple(store.notes["intents"]))

    @property
    def words_are_characters(self) -> bool:
        """Whether every word is one character, as in Chinese sets of named entities."""
        return not self.store.counts["num_longer"]

    def __len__(self) -> int:
        """The number of words."""
        return len(self.store.columns["tags"].values)

    @property
    def labels(self) -> tuple[str, ...]:
        """The distinct tags in the order of a model's labels: "O" first, if there is one, then the others sorted."""
        return tuple(sorted(self.names, key=lambda tag: (tag != "O", tag[2:], tag)))

    def intent_ids(self, intents: Sequence[str]) -> np.ndarray | None:
        """The index of each text's intent among those of a model, int32 (N,); None if the files have none.

        Raises:
            UserError: an intent that is not among them.
        """
        if not self.intents:
            return None
        return _places_among(intents, self.intents, "intent")[self.store.columns["intent"].values]

    def tag_ids(self, labels: Sequence[str]) -> np.ndarray:
        """The index of each word's tag among the labels of a model, int32, for all examples in order.

        Raises:
            UserError: a tag that is not among them.
        """
        return _places_among(labels, self.names, "tag")[self.store.columns["tags"].values]


def _places_among(labels: Sequence[str], names: Sequence[str], what: str) -> np.ndarray:
    places = {label: place for place, label in enumerate(labels)}
    for name in names:
        if name not in places:
            message = unknown_name_message(what, name, labels)
            raise UserError(f"{message}: it is none of the model's, which are those it was trained with")
    return np.array([places[name] for name in names], np.int32)


def _pieces(
    records: Iterator[Record],
    tokenizer: Tokenizer,
    names: dict[str, int],
    intents: dict[str, int],
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
        tags = [_place(tag, names, record) for record in some for tag in record.values["tags"]]
        of_texts = [_place(each.values["intent"], intents, each) for each in some if "intent" in each.values]
        if intents and len(of_texts) < len(some):
            lacking = next(record for record in some if "intent" not in record.values)
            raise UserError(f"{lacking.place} has no intent, but others do: either all must have one, or none")
        done += sum(map(len, words))
        if progress is not None:
            progress(done)
        piece = {
            "text": (ids, np.diff(ends[limits])),
            "sizes": (sizes, counts),
            "tags": (np.array(tags, np.int32), counts),
            "intent": (np.array(of_texts, np.int32), np.full(len(some), int(bool(of_texts)))),
        }
        counted = {
            "num_bytes": sum(len(word.encode()) + 1 for word in words),
            "num_unknown": 0 if tokenizer.unknown_id is None else int((ids == tokenizer.unknown_id).sum()),
            "num_longer": sum(len(word) > 1 for word in words),
        }
        yield piece, counted


def known_records(
    reader: Reader, paths: Sequence[Path | str], allowed: Mapping[str, Sequence[str] | None]
) -> Iterator[Record]:
    """Yields the records whose tags and intents are all allowed."""
    for record in reader.records(paths):
        for column, names in allowed.items():
            given = record.values.get(column, ())
            strange = [name for name in ([given] if isinstance(given, str) else given) if names and name not in names]
            if strange:
                message = unknown_name_message(column.removesuffix("s"), strange[0], names or ())
                reader.reject(record.file, record.line, f"has an {message}", column=column)
                break
        else:
            yield record


def _place(name: str, names: dict[str, int], record: Record) -> int:
    """The index of a name among the others; a new name is added."""
    place = names.setdefault(name, len(names))
    if place >= MOST_TAGS:
        raise UserError(f"{record.place}: over {MOST_TAGS:,} different tags: is the column of tags the right one?")
    return place
