"""What becomes of records that are off."""

from ....layers.plain.errors import UserError
from ..skipped_records import MOST_PLACES, SkippedRecords


class BadRecords:
    """Refuses the first bad record in one line, or counts them all.

    Args:
        skip: whether they are counted and passed over.

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
        """A record that cannot be used.

        Args:
            message: its file, line and column, and what is wrong with it.

        Raises:
            UserError: bad records are not skipped.
        """
        if not self.skip:
            raise UserError(f"{message} (mend it, or pass over such records with --skip-bad)")
        self._count += 1
        if len(self._places) < MOST_PLACES:
            self._places.append(message)

    def drop(self) -> None:
        """A record whose label is one of those that are left out."""
        self._dropped += 1

    def summary(self) -> SkippedRecords:
        """How many there were so far, and the first ones."""
        return SkippedRecords(self._count, tuple(self._places), self._dropped)
