"""The documents of an index."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .readers import Reader

KEY_BYTES = 16


class SearchDocuments:
    """The records of files as documents; repeated texts are skipped if documents have no ids.

    Args:
        reader: a reader of the column `text`, and optionally `id`.
        paths: files.

    Attributes:
        repeated: number of documents that were skipped.

    Example:
        >>> _ = Path("a.txt").write_text("a cat\\na dog\\na cat\\n")
        >>> [(document["line"], document["text"]) for document in SearchDocuments(LineReader(["text"]), ["a.txt"])]
        [(1, 'a cat'), (2, 'a dog')]
    """

    def __init__(self, reader: Reader, paths: Iterable[Path | str]):
        self._reader, self._paths = reader, list(paths)
        self.repeated = 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yields `text`, `file`, `line`, and `id` if there is one."""
        self.repeated, seen = 0, set()
        for record in self._reader.records(self._paths):
            document = {"text": record.values["text"], "file": str(record.file), "line": record.line}
            if "id" in record.values:
                yield {"id": record.values["id"], **document}
                continue
            key = hashlib.blake2b(document["text"].encode(), digest_size=KEY_BYTES).digest()
            if key in seen:
                self.repeated += 1
                continue
            seen.add(key)
            yield document
