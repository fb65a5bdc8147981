"""Handling of invalid records."""

from ....layers.plain.errors import UserError
from ..skipped_records import MOST_PLACES, SkippedRecords


class BadRecords:
    """Refuses the first invalid record with a one-line error, or counts all of them.

    Args:
        skip: whether they are counted and skipped.

    Example:
        >>> bad = BadRecords(skip=True)
        >>> bad.add("a.csv: line 3, column label is empty")
        >>> bad.summary().count
        1
    """

    def __init__(self, *, skip: bool):
        self.skip = skip
        self._count = self._dropped = 0
        self._places: list[str] = []

    def add(self, message: str) -> None:
        """Adds a record that cannot be used.

        Args:
            message: its file, line and column, and what is wrong with it.

        Raises:
            UserError: bad records are not skipped.
        """
        if not self.skip:
            raise UserError(f"{message} (fix it, or skip such records with --skip-bad)")
        self._count += 1
        if len(self._places) < MOST_PLACES:
            self._places.append(message)

    def drop(self) -> None:
        """Counts a record whose label is one of those to skip."""
        self._dropped += 1

    def summary(self) -> SkippedRecords:
        """The number of invalid records so far, and the first ones."""
        return SkippedRecords(self._count, tuple(self._places), self._dropped)
