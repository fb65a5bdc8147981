"""One example of a file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple


class Record(NamedTuple):
    """An example as it stands in a file.

    Attributes:
        file: where it was found.
        line: the number of its first line, from 1.
        values: column -> text; of a structured column a tuple: `words` and `tags` of strings, `answers` of pairs of a
            text and the place of its first character.
    """

    file: Path
    line: int
    values: Mapping[str, Any]

    @property
    def place(self) -> str:
        """For messages."""
        return f"{self.file}: line {self.line}"
