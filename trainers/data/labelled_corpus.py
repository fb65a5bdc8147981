"""Texts, or pairs of texts, with a label each."""

import functools
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError
from ...layers.text import Tokenizer
from .example_store import RECORDS_PER_PIECE, ExampleStore, Piece
from .readers import READERS, Record
from .text_files import check_text_files

COLUMNS = {"text": np.int32, "pair": np.int32, "label": np.uint8}
MOST_LABELS = 100_000


@dataclass(frozen=True)
class LabelledCorpus:
    """Token ids of texts, perhaps of second texts, and a label each, on disk.

    Attributes:
        store: the columns `text` and `pair`, token ids without special tokens, and `label`, UTF-8.
        has_pairs: whether the examples have second texts.
    """

    store: ExampleStore
    has_pairs: bool

    @classmethod
    def from_files(
        cls,
        paths: Sequence[Path | str],
        tokenizer: Tokenizer,
        *,
        cache: Path | str,
        reader: str = "tsv",
        progress: Callable[[int], None] | None = None,
    ) -> "LabelledCorpus":
        """Tokenizes the files, or finds them tokenized in `cache`.

        Args:
            paths: files with the columns text, label and perhaps pair.
            tokenizer: of the model that is to read them.
            cache: folder for the result.
            reader: name of what reads the files.
            progress: called with the number of characters done after each piece.

        Raises:
            UserError: what the reader raises; or over 100,000 different labels.
        """
        files = check_text_files(paths)
        records = functools.partial(READERS[reader](["text", "label"], optional=["pair"]).records, files)
        store = ExampleStore.from_pieces(
            files,
            tokenizer,
            lambda: _pieces(records(), tokenizer, progress),
            columns=COLUMNS,
            kind=f"labelled {reader}",
            cache=cache,
        )
        return cls(store, has_pairs=store.counts["num_pairs"] == len(store))

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
        """See `Corpus`; of both texts."""
        return len(self.store.columns["text"].values) + len(self.store.columns["pair"].values)

    def __len__(self) -> int:
        """Examples."""
        return len(self.store)

    @functools.cached_property
    def labels(self) -> tuple[str, ...]:
        """The different labels, sorted."""
        column, found = self.store.columns["label"], set()
        for index in range(len(self)):
            found.add(column.row(index).tobytes())
            if len(found) > MOST_LABELS:
                raise UserError(f"over {MOST_LABELS:,} different labels: is the column of labels the right one?")
        return tuple(sorted(label.decode("utf-8") for label in found))

    def label_ids(self, labels: Sequence[str]) -> np.ndarray:
        """The place of each example's label among `labels`, int32 (N,).

        Raises:
            UserError: a label that is none of them.
        """
        places: Mapping[bytes, int] = {label.encode("utf-8"): place for place, label in enumerate(labels)}
        column = self.store.columns["label"]
        ids = np.zeros(len(self), np.int32)
        for index in range(len(self)):
            label = column.row(index).tobytes()
            if label not in places:
                message = unknown_name_message("label", label.decode("utf-8"), labels)
                raise UserError(f"{message}: it is none of the model's, which are those it was trained with")
            ids[index] = places[label]
        return ids


def _pieces(
    records: Iterator[Record], tokenizer: Tokenizer, progress: Callable[[int], None] | None
) -> Iterator[tuple[Piece, Mapping[str, int]]]:
    done = 0
    while some := list(itertools.islice(records, RECORDS_PER_PIECE)):
        piece, counts = {}, {"num_bytes": 0, "num_unknown": 0}
        for name in ("text", "pair"):
            texts = [record.values.get(name, "") for record in some]
            rows = tokenizer.tokenize(texts)
            ids = rows.flat_values.numpy().astype(np.int32)
            piece[name] = ids, rows.row_lengths().numpy()
            counts["num_bytes"] += sum(len(text.encode()) for text in texts)
            counts["num_unknown"] += 0 if tokenizer.unknown_id is None else int((ids == tokenizer.unknown_id).sum())
            done += sum(map(len, texts))
        counts["num_pairs"] = sum("pair" in record.values for record in some)
        labels = [record.values["label"].strip().encode("utf-8") for record in some]
        piece["label"] = np.frombuffer(b"".join(labels), np.uint8), np.array([len(label) for label in labels])
        if progress is not None:
            progress(done)
        yield piece, counts
