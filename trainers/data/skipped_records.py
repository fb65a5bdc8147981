"""Counts of skipped records."""

from dataclasses import dataclass

MOST_PLACES = 3


@dataclass(frozen=True)
class SkippedRecords:
    """The number of skipped records of some files, and the places of the first ones.

    Attributes:
        count: number of invalid records.
        places: file, line, column and fault of the first three.
        dropped: number of records whose label is one of `data.drop_labels`.

    Example:
        >>> print(SkippedRecords(2, ("a.csv: line 3, column label is empty",)))
        2 bad records skipped, the first: a.csv: line 3, column label is empty
    """

    count: int = 0
    places: tuple[str, ...] = ()
    dropped: int = 0

    def __bool__(self) -> bool:
        return bool(self.count or self.dropped)

    def __str__(self) -> str:
        records = "record" if self.count == 1 else "records"
        skipped = f"{self.count:,} bad {records} skipped, the first: {'; '.join(self.places)}" if self.count else ""
        dropped = f"{self.dropped:,} left out by their label" if self.dropped else ""
        return "; ".join(part for part in (skipped, dropped) if part)
