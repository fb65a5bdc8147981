"""A vocabulary on disk: UTF-8, one token per line, the first line being id 0."""

import json
from collections.abc import Iterable
from pathlib import Path

from ..errors import UserError
from ..read_file import read_file
from .vocabulary import MAX_VOCABULARY_SIZE

MAX_FILE_BYTES = 2**26  # a million words have 20 MB


def write_vocabulary(path: Path, tokens: Iterable[str], *, quoted: bool) -> None:
    r"""Writes a vocabulary, one token per line.

    Args:
        path: the file, overwritten.
        tokens: the tokens in the order of their ids.
        quoted: whether each line is a JSON string, so that any token is preserved ("\n", spaces, U+2028); otherwise it
            is the token itself, which then must not contain white space.
    """
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for token in tokens:
            # Unprintable characters are written as \uXXXX, so that no editor breaks or drops them.
            file.write((json.dumps(token, ensure_ascii=not token.isprintable()) if quoted else token) + "\n")


def read_vocabulary(path: Path, *, quoted: bool) -> list[str]:
    """Reads a file written by `write_vocabulary`; the lines may also end in CR LF.

    Args:
        path: the file.
        quoted: as in `write_vocabulary`.

    Returns:
        The tokens. They are not yet checked, e.g. for duplicates; `Vocabulary` does that.

    Raises:
        UserError: it is missing, not a plain file, empty, too large or not UTF-8, or a line is empty or not a JSON
            string.
    """
    mend = "train the tokenizer again, or name a folder that has one"
    data = read_file(path, max_bytes=MAX_FILE_BYTES, mend=mend)
    return parse_vocabulary(data, str(path), quoted=quoted)


def parse_vocabulary(data: bytes, path: str, *, quoted: bool) -> list[str]:
    """Parses the bytes of a vocabulary file; see `read_vocabulary`.

    Args:
        data: the bytes of the file.
        path: its name, for messages.
        quoted: as in `write_vocabulary`.

    Raises:
        UserError: it is empty or not UTF-8, has too many lines, or a line is empty or not a JSON string.
    """
    if not data:
        raise UserError(f"{path} is empty: train the tokenizer again")
    if data.count(b"\n") > MAX_VOCABULARY_SIZE:
        raise UserError(f"{path} has more than {MAX_VOCABULARY_SIZE:,} tokens: train a smaller vocabulary")
    try:
        lines = data.decode("utf-8").split("\n")  # not splitlines(), which also breaks at U+2028 and others
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not UTF-8 (byte {error.start}): save it as UTF-8") from error
    if not lines[-1]:
        lines.pop()
    lines = [line.removesuffix("\r") for line in lines]
    for number, line in enumerate(lines, start=1):
        if not line:
            raise UserError(f"{path}, line {number}: is empty; remove it")
    return [_unquoted(line, f"{path}, line {number}") for number, line in enumerate(lines, 1)] if quoted else lines


def _unquoted(line: str, place: str) -> str:
    try:
        token = json.loads(line)
        if isinstance(token, str):
            token.encode()  # half of a surrogate pair is not text
            return token
    except (ValueError, RecursionError):
        pass
    raise UserError(f'{place}: is not a JSON string; write the token as "..."')
