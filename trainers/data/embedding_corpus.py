"""Corpora of texts that belong together, or have a similarity score."""

import hashlib
import itertools
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from ...layers.plain.errors import UserError
from ...layers.text import Tokenizer
from .example_store import RECORDS_PER_PIECE, ExampleStore, Piece
from .readers import Reader, Record
from .stored_corpus import StoredCorpus

TEXTS = ("text", "pair", "negative")
KEY_BYTES = 8


@dataclass(frozen=True)
class EmbeddingCorpus(StoredCorpus):
    """Token ids of two or three texts per example, on disk: a text, its pair and optionally a negative.

    Attributes:
        store: the columns `text`, `pair` and `negative`, token ids without special tokens; `label`, a number, for
            scored pairs; and `keys`, a number for each of the texts, equal for equal texts.
        names: names of the columns that contain texts.
    """

    token_columns = TEXTS
    names: tuple[str, ...]

    @classmethod
    def from_files(
        cls,
        paths: Sequence[Path | str],
        tokenizer: Tokenizer,
        *,
        reader: Reader,
        cache: Path | str,
        labels: Literal["number", "relevance"] = "relevance",
        prompts: Mapping[str, str] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> "EmbeddingCorpus":
        """Tokenizes the files, or finds them tokenized in `cache`.

        Args:
            paths: files with the columns text and pair, and optionally negative and label.
            tokenizer: the tokenizer of the model.
            reader: the reader of the files.
            cache: folder for the result.
            labels: meaning of the column label: "number", the similarity of the texts; "relevance", a number above 0 if
                they belong together, otherwise the pair is skipped and counted.
            prompts: column -> the prompt prepended to its texts.
            progress: called with the number of characters done after each piece.

        Raises:
            UserError: errors of the reader; a label that is not a number; a negative for some texts but not for others;
                or no texts left.
        """
        files, prompts = reader.files(paths), dict(prompts or {})
        store = ExampleStore.from_pieces(
            files,
            tokenizer,
            lambda: _pieces(_labelled(reader, paths, labels), tokenizer, prompts, progress),
            columns={**dict.fromkeys(TEXTS, np.int32), "label": np.float32, "keys": np.int64},
            kind=json.dumps(["embedding", reader.key_of(files), labels, prompts]),
            cache=cache,
            notes=lambda: {"skipped": vars(reader.bad.summary())},
            example="pair of texts",
        )
        negatives = store.counts["num_negatives"]
        if negatives not in (0, len(store)):
            raise UserError(
                f"{files[0]}: only {negatives:,} of {len(store):,} records have a negative: either all must have one, "
                "or none"
            )
        return cls(store, TEXTS if negatives else TEXTS[:2])

    @property
    def keys(self) -> np.ndarray:
        """A number for each text, equal for equal texts: int64 (N, S)."""
        return np.asarray(self.store.columns["keys"].values).reshape(-1, len(TEXTS))[:, : len(self.names)]

    @property
    def labels(self) -> np.ndarray:
        """The scores, float32 (N,)."""
        return np.asarray(self.store.columns["label"].values)


def _labelled(reader: Reader, paths: Sequence[Path | str], labels: str) -> Iterator[tuple[Record, float]]:
    """The records to learn from, and their scores."""
    for record in reader.records(paths):
        text = record.values.get("label", "1")
        try:
            label = float(text)
        except (TypeError, ValueError):
            label = math.nan
        if not math.isfinite(label):
            reader.reject(record.file, record.line, f"is not a number: {str(text)[:40]!r}", column="label")
        elif labels == "relevance" and label <= 0:
            reader.bad.drop()
        else:
            yield record, label


def _pieces(
    records: Iterator[tuple[Record, float]],
    tokenizer: Tokenizer,
    prompts: Mapping[str, str],
    progress: Callable[[int], None] | None,
) -> Iterator[tuple[Piece, Mapping[str, int]]]:
    done = 0
    while some := list(itertools.islice(records, RECORDS_PER_PIECE)):
        piece, counts, keys = {}, {"num_bytes": 0, "num_unknown": 0}, []
        for name in TEXTS:
            texts = [_prompted(record.values.get(name), prompts.get(name, "")) for record, _ in some]
            rows = tokenizer.tokenize(texts)
            ids = rows.flat_values.numpy().astype(np.int32)
            piece[name] = ids, rows.row_lengths().numpy()
            keys.append([_key(text) for text in texts])
            counts["num_bytes"] += sum(len(text.encode()) for text in texts)
            counts["num_unknown"] += 0 if tokenizer.unknown_id is None else int((ids == tokenizer.unknown_id).sum())
            done += sum(map(len, texts))
        counts["num_negatives"] = sum("negative" in record.values for record, _ in some)
        ones = np.ones(len(some), np.int64)
        piece["label"] = np.array([label for _, label in some], np.float32), ones
        piece["keys"] = np.array(keys, np.int64).T.ravel(), ones * len(TEXTS)
        if progress is not None:
            progress(done)
        yield piece, counts


def _prompted(text: str | None, prompt: str) -> str:
    return "" if text is None else prompt + text


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=KEY_BYTES).digest(), "little", signed=True)
