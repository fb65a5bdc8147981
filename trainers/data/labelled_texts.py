"""Texts with a label each, in memory. Importing this loads no TensorFlow."""

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
    """What is learnt from without a network, or above a frozen one.

    Attributes:
        firsts: the text of every record.
        pairs: the second text of every record, "" where it has none; None where no record has one.
        labels: of every record.
        names: of the labels, in their order.
        skipped: the records that are not among them.
    """

    firsts: Sequence[str]
    pairs: Sequence[str] | None
    labels: Sequence[str]
    names: Sequence[str]
    skipped: SkippedRecords

    def __len__(self) -> int:
        """Records."""
        return len(self.firsts)

    @property
    def texts(self) -> list[str]:
        """Of every record; a second text follows the first, separated by a space."""
        if self.pairs is None:
            return [*self.firsts]
        return [f"{first} {pair}" if pair else first for first, pair in zip(self.firsts, self.pairs, strict=True)]

    @classmethod
    def from_files(
        cls, paths: Sequence[Path | str], data: DataConfig, *, names: Sequence[str] | None = None
    ) -> "LabelledTexts":
        """Reads the files.

        Args:
            paths: with the columns text, label and perhaps pair.
            data: how they are read.
            names: the labels that there may be; None for those that there are.

        Raises:
            UserError: what the reader raises, a label that is none of `names`, or no text.
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

    def parted(self, *, every: int = 10) -> tuple["LabelledTexts", "LabelledTexts"]:
        """All but one record of `every`, and that one; which it is follows from its text alone (SHA-256).

        So equal texts stand on one side, and the parts are the same in whatever order the records come.
        """
        apart = [digest % every == 0 for digest in self._digests()]
        return self._taken(place for place, out in enumerate(apart) if not out), self._taken(
            place for place, out in enumerate(apart) if out
        )

    def at_most(self, count: int) -> "LabelledTexts":
        """Itself, or of more records so many, which follow from their texts alone; in their order."""
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
