"""Text cut into documents."""

import re
from collections.abc import Iterator
from typing import Literal

Separation = Literal["files", "blank_lines", "lines"]
"""What ends a document: only the end of a file, blank lines as well, or every line (every record of a reader)."""

LINES = re.compile(r"[^\n]*\n|[^\n]+")


def documents(
    texts: Iterator[tuple[str, bool]], separation: Separation
) -> Iterator[tuple[str, list[tuple[str, bool]]]]:
    r"""Splits pieces of text into documents, none of which is empty.

    Args:
        texts: pieces of files, and whether each is the last one of its file.
        separation: what ends a document.

    Returns:
        Each piece, and its documents with whether they end there; the first may continue one from the previous piece.

    Example:
        >>> list(documents(iter([("a\n\nb\n", False), ("c\n", True)]), "blank_lines"))
        [('a\n\nb\n', [('a', True), ('b\n', False)]), ('c\n', [('c', True)])]
    """
    is_open = False
    for text, last in texts:
        found: list[tuple[str, bool]] = []
        lines: list[str] = []
        for line in LINES.findall(text):
            blank = not line.strip()
            if not blank:
                lines.append(line)
            ends = line.endswith("\n") if separation == "lines" else blank and separation == "blank_lines"
            if ends and (lines or is_open):
                found.append(("".join(lines).rstrip("\r\n"), True))
                lines, is_open = [], False
        if last and (lines or is_open):
            found.append(("".join(lines).rstrip("\r\n"), True))
            is_open = False
        elif lines:
            found.append(("".join(lines), False))
            is_open = True
        yield text, found
