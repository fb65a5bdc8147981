"""A record of a file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple


class Record(NamedTuple):
    """An example, as read from a file.

    Attributes:
        file: the file that contains it.
        line: the number of its first line, from 1.
        values: column -> text; for a structured column a tuple: `words` and `tags` of strings, `answers` of pairs of a
            text and the index of its first character.
    """

    file: Path
    line: int
    values: Mapping[str, Any]

    @property
    def place(self) -> str:
        """The place of the record, for messages."""
        return f"{self.file}: line {self.line}"
