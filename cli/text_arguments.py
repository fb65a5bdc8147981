"""Text that a user gives: as arguments, in a file, or on standard input."""

import sys
from collections.abc import Iterable
from pathlib import Path

from ..layers.errors import UserError


def check_unicode(name: str, text: str) -> str:
    """The text, if it is Unicode: a shell may hand over any bytes, which Python keeps as halves of surrogate pairs.

    Raises:
        UserError: it is not.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UserError(f"{name} is not UTF-8 text: {text!r}") from None
    return text


def texts_to_read(texts: Iterable[str], file: Path | None) -> list[str]:
    """The texts of `--text`, then the lines of `--file`; of standard input where neither is given or the file is `-`.

    Raises:
        UserError: no text at all, a file that is not text, or input from a terminal, where nobody knows to type.
    """
    found = [check_unicode("--text", text) for text in texts]
    if file is not None and str(file) != "-":
        from ..trainers.data import check_text_files, read_text

        return found + split_lines("".join(read_text(check_text_files([file]))))
    if found and file is None:
        return found
    if file is None and sys.stdin.isatty():
        raise UserError("no text was given: use --text TEXT or --file FILE, or send lines to standard input")
    try:
        read = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError("standard input is not UTF-8 text") from None
    found += split_lines(read)
    if not found:
        raise UserError("standard input is empty: use --text TEXT or --file FILE, or send it some lines")
    return found


def pairs_to_read(
    texts: Iterable[str], seconds: Iterable[str], file: Path | None, *, option: str
) -> list[tuple[str, str | None]]:
    """The texts of `--text` with the second text of each, then the lines of `--file`, in which a tab parts the two.

    Args:
        texts: of `--text`.
        seconds: as many as texts, or none.
        file: as of `texts_to_read`.
        option: what gives `seconds`, for messages.

    Raises:
        UserError: as of `texts_to_read`; or texts and seconds do not go together, or a line holds two tabs.
    """
    texts, seconds = list(texts), [check_unicode(option, text) for text in seconds]
    if seconds and len(seconds) != len(texts):
        raise UserError(f"{option} is given {len(seconds)} times and --text {len(texts)} times: give one for each")
    read = texts_to_read(texts, file)
    pairs: list[tuple[str, str | None]] = list(zip(texts, seconds or [None] * len(texts), strict=True))
    for number, line in enumerate(read[len(texts) :], start=1):
        first, tab, second = line.partition("\t")
        if "\t" in second:
            raise UserError(f"line {number} has more than one tab: it must be a text, or two with a tab between them")
        pairs.append((first, second if tab else None))
    return pairs


def split_lines(text: str) -> list[str]:
    r"""Lines without their ends; only `\n` and `\r\n` end a line, so U+2028 and the like stay in the text.

    Example:
        >>> split_lines("a\r\n\nb\n")
        ['a', '', 'b']
    """
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return [line.removesuffix("\r") for line in lines]
