"""Corpora of texts, or pairs of texts, with labels."""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError
from ...layers.text import Tokenizer
from .example_store import RECORDS_PER_PIECE, ExampleStore, Piece
from .label_rule import LabelRule
from .labelled_records import in_order, records_with_labels
from .readers import READERS, Reader
from .stored_corpus import StoredCorpus

TEXTS = ("text", "pair")


@dataclass(frozen=True)
class LabelledCorpus(StoredCorpus):
    """Token ids of texts, optionally with second texts, and their labels or numbers, on disk.

    Attributes:
        store: the columns `text` and `pair`, token ids without special tokens, and `label`: indices into `names`, or a
            number.
        has_pairs: whether the examples have second texts.
        names: the distinct labels, in order of first occurrence; empty for numbers.
    """

    token_columns = TEXTS
    has_pairs: bool
    names: tuple[str, ...] = ()

    @classmethod
    def from_files(
        cls,
        paths: Sequence[Path | str],
        tokenizer: Tokenizer,
        *,
        cache: Path | str,
        reader: Reader | None = None,
        rule: LabelRule | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> "LabelledCorpus":
        """Tokenizes the files, or finds them tokenized in `cache`.

        Args:
            paths: files with the columns text, label and optionally pair.
            tokenizer: the tokenizer of the model.
            cache: folder for the result.
            reader: the reader of the files; tab-separated tables if None.
            rule: the rule for reading labels; one per text if None.
            progress: called with the number of characters done after each piece.

        Raises:
            UserError: errors of the reader; a label that `rule` does not know; or over 100,000 distinct labels.
        """
        reader = reader or READERS["tsv"](["text", "label"], optional=["pair"])
        rule = rule or LabelRule()
        files, names = reader.files(paths), {}
        store = ExampleStore.from_pieces(
            files,
            tokenizer,
            lambda: _pieces(reader, rule, paths, tokenizer, names, progress),
            columns={**dict.fromkeys(TEXTS, np.int32), "label": np.float32 if rule.kind == "number" else np.int32},
            kind=json.dumps(["labelled", reader.key_of(files), rule.key]),
            cache=cache,
            notes=lambda: {"labels": list(names), "skipped": vars(reader.bad.summary())},
            example="text with a label",
        )
        has_pairs = store.counts["num_pairs"] == len(store)
        if store.counts["num_pairs"] and not has_pairs:
            raise UserError(
                f"{files[0]}: only {store.counts['num_pairs']:,} of {len(store):,} records have a second text: either "
                "all must have one, or none"
            )
        return cls(store, has_pairs=has_pairs, names=tuple(store.notes["labels"]))

    @property
    def labels(self) -> tuple[str, ...]:
        """The distinct labels, sorted: numbers by value if all are numbers, otherwise as text."""
        return in_order(self.names)

    def targets(self, kind: str, labels: Sequence[str]) -> np.ndarray:
        """The targets of the examples.

        Args:
            kind: kind of the labels, see `LabelRule`.
            labels: labels of the model.

        Returns:
            The index of each example's label in `labels`, int32 (N,); or, with several labels, the indices of all
            of them, int32, in the row structure of `store.columns["label"]`; or numbers, float32 (N,).

        Raises:
            UserError: a label that is not among them.
        """
        values = self.store.columns["label"].values
        if kind == "number":
            return np.asarray(values)
        places: Mapping[str, int] = {label: place for place, label in enumerate(labels)}
        for name in self.names:
            if name not in places:
                message = unknown_name_message("label", name, labels)
                raise UserError(f"{message}: it is none of the model's, which are those it was trained with")
        return np.array([places[name] for name in self.names], np.int32)[values]


def _pieces(
    reader: Reader,
    rule: LabelRule,
    paths: Sequence[Path | str],
    tokenizer: Tokenizer,
    names: dict[str, int],
    progress: Callable[[int], None] | None,
) -> Iterator[tuple[Piece, Mapping[str, int]]]:
    done = 0
    records = records_with_labels(reader, rule, paths, names)
    while some := list(itertools.islice(records, RECORDS_PER_PIECE)):
        piece, counts = {}, {"num_bytes": 0, "num_unknown": 0}
        for name in TEXTS:
            texts = [record.values.get(name, "") for record, _ in some]
            rows = tokenizer.tokenize(texts)
            ids = rows.flat_values.numpy().astype(np.int32)
            piece[name] = ids, rows.row_lengths().numpy()
            counts["num_bytes"] += sum(len(text.encode()) for text in texts)
            counts["num_unknown"] += 0 if tokenizer.unknown_id is None else int((ids == tokenizer.unknown_id).sum())
            done += sum(map(len, texts))
        counts["num_pairs"] = sum("pair" in record.values for record, _ in some)
        labels = [label for _, label in some]
        piece["label"] = np.array(list(itertools.chain(*labels))), np.array([len(label) for label in labels])
        if progress is not None:
            progress(done)
        yield piece, counts
