"""Texts of words with a tag each."""

import functools
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError
from ...layers.plain.text.word_packing import word_prefix
from ...layers.text import Tokenizer
from .example_store import RECORDS_PER_PIECE, ExampleStore, Piece
from .readers import Record
from .text_files import check_text_files

COLUMNS = {"text": np.int32, "sizes": np.int32, "tags": np.int32, "new_tags": np.uint8}
MOST_TAGS = 10_000


@dataclass(frozen=True)
class TaggedCorpus:
    """Token ids of words and a tag for each word, on disk.

    Attributes:
        store: the columns `text`, the token ids of an example's words, one after the other; `sizes`, how many tokens
            each word has; `tags`, the number of each word's tag, in the order in which the files bring them; and
            `new_tags`, the names of the tags that an example is the first to have, UTF-8, a line each.
    """

    store: ExampleStore

    @classmethod
    def from_records(
        cls,
        paths: Sequence[Path | str],
        tokenizer: Tokenizer,
        records: Callable[[Sequence[Path]], Iterator[Record]],
        *,
        kind: str,
        cache: Path | str,
        progress: Callable[[int], None] | None = None,
    ) -> "TaggedCorpus":
        """Tokenizes the files, or finds them tokenized in `cache`.

        Args:
            paths: the files.
            tokenizer: of the model that is to read them.
            records: reads files; yields records of `words` and `tags`, tuples of as many strings.
            kind: how they are read, for the cache.
            cache: folder for the result.
            progress: called with the number of characters done after each piece.

        Raises:
            UserError: what the reader raises; or over 10,000 different tags.
        """
        files = check_text_files(paths)
        store = ExampleStore.from_pieces(
            files,
            tokenizer,
            lambda: _pieces(records(files), tokenizer, progress),
            columns=COLUMNS,
            kind=f"tagged {kind}",
            cache=cache,
        )
        return cls(store)

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

    @functools.cached_property
    def found_tags(self) -> tuple[str, ...]:
        """The different tags, in the order in which the files bring them."""
        return tuple(self.store.columns["new_tags"].values.tobytes().decode("utf-8").splitlines())

    @property
    def labels(self) -> tuple[str, ...]:
        """The different tags in the order of a model's labels: "O" first, where there is one, the others sorted."""
        return tuple(sorted(self.found_tags, key=lambda tag: (tag != "O", tag[2:], tag)))

    def tag_ids(self, labels: Sequence[str]) -> np.ndarray:
        """The place of each word's tag among the labels of a model, int32, of all examples in turn.

        Raises:
            UserError: a tag that is none of them.
        """
        places = {label: place for place, label in enumerate(labels)}
        for tag in self.found_tags:
            if tag not in places:
                message = unknown_name_message("tag", tag, labels)
                raise UserError(f"{message}: it is none of the model's, which are those it was trained with")
        return np.array([places[tag] for tag in self.found_tags], np.int32)[self.store.columns["tags"].values]


def _pieces(
    records: Iterator[Record], tokenizer: Tokenizer, progress: Callable[[int], None] | None
) -> Iterator[tuple[Piece, Mapping[str, int]]]:
    numbers: dict[str, int] = {}
    prefix, done = word_prefix(tokenizer.kind), 0
    while some := list(itertools.islice(records, RECORDS_PER_PIECE)):
        words = [word for record in some for word in record.values["words"]]
        rows = tokenizer.tokenize([prefix + word for word in words])
        ids = rows.flat_values.numpy().astype(np.int32)
        sizes = rows.row_lengths().numpy()
        counts = np.array([len(record.values["words"]) for record in some])
        ends = np.concatenate([[0], np.cumsum(sizes)])
        limits = np.concatenate([[0], np.cumsum(counts)])
        new_tags, tags = [], []
        for record in some:
            new_tags.append("".join(f"{tag}\n" for tag in _new(record, numbers)).encode("utf-8"))
            tags += [numbers[tag] for tag in record.values["tags"]]
        unknown = 0 if tokenizer.unknown_id is None else int((ids == tokenizer.unknown_id).sum())
        done += sum(map(len, words))
        if progress is not None:
            progress(done)
        piece = {
            "text": (ids, np.diff(ends[limits])),
            "sizes": (sizes, counts),
            "tags": (np.array(tags, np.int32), counts),
            "new_tags": (np.frombuffer(b"".join(new_tags), np.uint8), np.array([len(each) for each in new_tags])),
        }
        longer = sum(len(word) > 1 for word in words)
        num_bytes = sum(len(word.encode()) + 1 for word in words)
        yield piece, {"num_bytes": num_bytes, "num_unknown": unknown, "num_longer": longer}


def _new(record: Record, numbers: dict[str, int]) -> list[Any]:
    """The tags that no record had before; they get the next numbers."""
    found = [tag for tag in dict.fromkeys(record.values["tags"]) if tag not in numbers]
    for tag in found:
        numbers[tag] = len(numbers)
    if len(numbers) > MOST_TAGS:
        raise UserError(f"{record.place}: over {MOST_TAGS:,} different tags: is the column of tags the right one?")
    return found
