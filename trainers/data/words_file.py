"""Files of words, one per line."""

from pathlib import Path

from ...layers.plain.errors import UserError
from .text_files import check_text_files, read_text

MOST_WORDS = 10_000


def read_words(path: Path | str) -> list[str]:
    """Reads the words of a file, without surrounding white space; empty lines are ignored.

    Raises:
        UserError: not a text file, no words in it, or more than 10,000.

    Example:
        >>> _ = Path("words.txt").write_text("covid\\nchatbot\\n")
        >>> read_words("words.txt")
        ['covid', 'chatbot']
    """
    check_text_files([path])
    lines, text = [], ""
    for piece in read_text([path]):
        *whole, text = (text + piece).split("\n")
        lines += [line.strip() for line in whole if line.strip()]
        if len(lines) > MOST_WORDS:
            break
    lines += [text.strip()] if text.strip() else []
    if not 0 < len(lines) <= MOST_WORDS:
        raise UserError(f"{path} must hold from 1 to {MOST_WORDS:,} words, one a line, not {len(lines):,} or more")
    return lines
