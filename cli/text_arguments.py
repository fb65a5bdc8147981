"""Text from the user: as arguments, in a file, or on standard input."""

import codecs
import itertools
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..layers.plain.errors import UserError

READ_BYTES = 1 << 16
LONGEST_LINE = 10_000_000


def check_unicode(name: str, text: str) -> str:
    """Returns the text if it is Unicode: a shell passes any bytes, which Python keeps as halves of surrogate pairs.

    Raises:
        UserError: It is not.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UserError(f"{name} is not UTF-8 text: {text!r}") from None
    return text


def texts_to_read(texts: Iterable[str], file: Path | None, *, option: str = "--text") -> Iterator[str]:
    """Yields the texts of an option, then the lines of `--file`, or of standard input if it is `-` or none is given.

    Lines are read as they are needed, so a file of any size takes little memory. Mistakes in the request are reported
    at once.

    Args:
        texts: The texts of the option.
        file: The path of `--file`.
        option: The option's name, for messages.

    Raises:
        UserError: There is no text, the file is not text, or the input is a terminal, whose user would see no prompt.
    """
    given = [check_unicode(option, text) for text in texts]
    if file is not None and str(file) != "-":
        from ..trainers.data import check_text_files, read_text

        return itertools.chain(given, split_lines(read_text(check_text_files([file]))))
    if given and file is None:
        return iter(given)
    if file is None and sys.stdin.isatty():
        raise UserError(f"no text was given: use {option} TEXT or --file FILE, or send lines to standard input")
    lines = split_lines(_standard_input())
    first = next(lines, None)
    if first is None and not given:
        raise UserError(f"standard input is empty: use {option} TEXT or --file FILE, or send it some lines")
    return itertools.chain(given, [] if first is None else [first], lines)


def pairs_to_read(
    texts: Iterable[str], seconds: Iterable[str], file: Path | None, *, option: str
) -> Iterator[tuple[str, str | None]]:
    """Yields the texts of `--text` with the second text of each, then the lines of `--file`, split at a tab.

    Args:
        texts: The texts of `--text`.
        seconds: The second texts, as many as texts, or none.
        file: As in `texts_to_read`.
        option: The option for `seconds`, for messages.

    Raises:
        UserError: As in `texts_to_read`; or texts and seconds do not match, or a line has two tabs.
    """
    texts, seconds = list(texts), [check_unicode(option, text) for text in seconds]
    if seconds and len(seconds) != len(texts):
        raise UserError(f"{option} is given {len(seconds)} times and --text {len(texts)} times: give one for each")
    read = texts_to_read(texts, file)
    given = zip(itertools.islice(read, len(texts)), seconds or [None] * len(texts), strict=True)
    return itertools.chain(list(given), _split_pairs(read))


def _split_pairs(lines: Iterator[str]) -> Iterator[tuple[str, str | None]]:
    for number, line in enumerate(lines, start=1):
        first, tab, second = line.partition("\t")
        if "\t" in second:
            raise UserError(f"line {number} has more than one tab: it must be a text, or two separated by a tab")
        yield first, second if tab else None


def _standard_input() -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        while data := sys.stdin.buffer.read1(READ_BYTES):  # type: ignore[union-attr]
            yield decoder.decode(data)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise UserError("standard input is not UTF-8 text: convert it first, e.g. iconv -f GBK -t UTF-8") from None


def split_lines(pieces: Iterable[str]) -> Iterator[str]:
    r"""Yields the lines of a text that is given in pieces, without line ends.

    Only `\n` and `\r\n` end a line, so U+2028 and similar characters remain in the text.

    Raises:
        UserError: A line has more than ten million characters.

    Example:
        >>> list(split_lines(["a\r\n\nb", "c\n"]))
        ['a', '', 'bc']
    """
    rest = ""
    for piece in pieces:
        *lines, rest = (rest + piece).split("\n")
        yield from (line.removesuffix("\r") for line in lines)
        if len(rest) > LONGEST_LINE:
            raise UserError(f"a line has over {LONGEST_LINE:,} characters, too many for a model: split it")
    if rest:
        yield rest.removesuffix("\r")
