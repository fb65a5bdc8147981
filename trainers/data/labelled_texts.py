"""Texts with a label each, in memory. Importing this loads no TensorFlow."""

from collections.abc import Sequence
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
    """What counting learns from.

    Attributes:
        texts: of every record; a second text follows the first, separated by a space.
        labels: of every record.
        names: of the labels, in their order.
        skipped: the records that are not among them.
    """

    texts: Sequence[str]
    labels: Sequence[str]
    names: Sequence[str]
    skipped: SkippedRecords

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
        texts, places = [], []
        for record, (place,) in records_with_labels(reader, rule, paths, found):
            texts.append(" ".join(record.values[column] for column in ("text", "pair") if column in record.values))
            places.append(place)
        if not texts:
            raise UserError(f"{', '.join(map(str, paths[:3]))}: no text with a label is left ({reader.bad.summary()})")
        met = list(found)
        return cls(texts, [met[place] for place in places], list(names or in_order(met)), reader.bad.summary())
