"""Records with valid labels. Importing this loads no TensorFlow."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ...layers.plain.errors import UserError
from .label_rule import LabelRule
from .readers import Reader, Record

MOST_LABELS = 100_000


def records_with_labels(
    reader: Reader, rule: LabelRule, paths: Sequence[Path | str], names: dict[str, int]
) -> Iterator[tuple[Record, list[Any]]]:
    """Yields the records with valid labels, each with its number or the indices of its labels in `names`."""
    for record in reader.records(paths):
        try:
            found = rule.read(record.values["label"])
        except ValueError as fault:
            reader.reject(record.file, record.line, str(fault), column="label")
            continue
        if found is None:
            reader.bad.drop()
        elif not isinstance(found, list):
            yield record, [found]
        else:
            for label in found:
                if label not in names and len(names) == MOST_LABELS:
                    raise UserError(
                        f"{record.place}: over {MOST_LABELS:,} different labels: is the column of labels the right one?"
                    )
                names.setdefault(label, len(names))
            yield record, [names[label] for label in found]


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Sorts labels: numbers by value if all are numbers, otherwise as text.

    Example:
        >>> in_order(["10", "9"]), in_order(["b", "9", "10"])
        (('9', '10'), ('10', '9', 'b'))
    """
    names = list(names)
    try:
        return tuple(sorted(names, key=lambda name: (float(name), name)))
    except ValueError:
        return tuple(sorted(names))
