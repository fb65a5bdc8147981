"""Labelled texts in memory. Importing this loads no TensorFlow."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...layers.plain.errors import UserError
from ..data_config import DataConfig
from .label_rule import LabelRule
from .labelled_records import in_order, records_with_labels
from .readers import READERS, check_reader_options
from .skipped_records import SkippedRecords


@dataclass(frozen=True)
class LabelledTexts:
    """Labelled texts for models without a network, or on top of a frozen one.

    Attributes:
        firsts: the text of every record.
        pairs: the second text of every record, "" if it has none; None if no record has one.
        labels: the label of every record.
        names: the names of the labels, in order.
        skipped: the records that were skipped.
    """

    firsts: Sequence[str]
    pairs: Sequence[str] | None
    labels: Sequence[str]
    names: Sequence[str]
    skipped: SkippedRecords

    def __len__(self) -> int:
        """The number of records."""
        return len(self.firsts)

    @property
    def texts(self) -> list[str]:
        """The text of every record; a second text follows the first, separated by a space."""
        if self.pairs is None:
            return [*self.firsts]
        return [f"{first} {pair}" if pair else first for first, pair in zip(self.firsts, self.pairs, strict=True)]

    @classmethod
    def from_files(
        cls, paths: Sequence[Path | str], data: DataConfig, *, names: Sequence[str] | None = None
    ) -> "LabelledTexts":
        """Reads the files.

        Args:
            paths: files with the columns text, label and optionally pair.
            data: how they are read.
            names: the allowed labels; None for those in the files.

        Raises:
            UserError: errors of the reader, a label that is not in `names`, or no text.
        """
        name = data.reader or "tsv"
        check_reader_options(name, data.reader_options)
        reader = READERS[name](
            ["text", "label"],
            optional=["pair"],
            named=data.columns,
            skip_bad=data.skip_bad,
            **data.reader_options,  # type: ignore[arg-type]
        )
        rule = LabelRule("one", data.label_separator, names, data.label_names, data.drop_labels)
        found: dict[str, int] = {}
        firsts, pairs, places = [], [], []
        for record, (place,) in records_with_labels(reader, rule, paths, found):
            firsts.append(record.values["text"])
            pairs.append(record.values.get("pair", ""))
            places.append(place)
        if not firsts:
            raise UserError(f"{', '.join(map(str, paths[:3]))}: no text with a label is left ({reader.bad.summary()})")
        met, seconds = list(found), pairs if any(pairs) else None
        labels = [met[place] for place in places]
        return cls(firsts, seconds, labels, list(names or in_order(met)), reader.bad.summary())

    def held_out_split(self, *, every: int = 10) -> tuple["LabelledTexts", "LabelledTexts"]:
        """Splits off one record of `every`; which ones depends only on their texts (SHA-256).

        So equal texts are in the same part, and the parts are the same regardless of the order of the records.
        """
        apart = [digest % every == 0 for digest in self._digests()]
        return self._taken(place for place, out in enumerate(apart) if not out), self._taken(
            place for place, out in enumerate(apart) if out
        )

    def at_most(self, count: int) -> "LabelledTexts":
        """Returns itself, or a subset of `count` records that depends only on their texts, in order."""
        if len(self) <= count:
            return self
        order = sorted(range(len(self)), key=self._digests().__getitem__)
        return self._taken(sorted(order[:count]))

    def _digests(self) -> list[int]:
        return [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") for text in self.texts]

    def _taken(self, places: Iterable[int]) -> "LabelledTexts":
        places = [*places]
        firsts, labels = ([column[place] for place in places] for column in (self.firsts, self.labels))
        pairs = None if self.pairs is None else [self.pairs[place] for place in places]
        return LabelledTexts(firsts, pairs, labels, self.names, self.skipped)
