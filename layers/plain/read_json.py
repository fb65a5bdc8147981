"""Reading third-party JSON. Needs no TensorFlow."""

import json
import re
from pathlib import Path
from typing import Any

from .errors import UserError
from .read_file import read_file

MAX_DEPTH = 64
MAX_DIGITS = 40  # `model_max_length` of published tokenizers has 31
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89abABcdefCDEF]")


def read_json(path: str | Path, *, max_bytes: int, mend: str = "copy it again") -> dict[str, Any]:
    """Reads a JSON file that contains an object.

    Args:
        path: a regular file.
        max_bytes: larger files are rejected unread.
        mend: what the user can do, at the end of every message.

    Raises:
        UserError: it is missing, not a regular file, or too large; or as for `parse_object`.
    """
    return parse_object(read_file(path, max_bytes=max_bytes, mend=mend), str(path), mend=mend)


def parse_object(content: bytes, place: str, *, mend: str = "copy it again") -> dict[str, Any]:
    """Parses bytes that must be a JSON object.

    Args:
        content: UTF-8.
        place: name of the content, for messages.
        mend: what the user can do, at the end of every message.

    Raises:
        UserError: it is not an object; or as for `parse_json`.

    Example:
        >>> parse_object(b'{"a": 1}', "config.json")
        {'a': 1}
    """
    found = parse_json(content, place, mend=mend)
    if not isinstance(found, dict):
        raise UserError(f"{place} is damaged, it must hold a JSON object: {mend}")
    return found


def parse_json(content: bytes, place: str, *, mend: str = "copy it again") -> Any:
    """Parses bytes that must be JSON, within limits that apply to every file of this project.

    Args:
        content: UTF-8, with or without a byte-order mark.
        place: name of the content, for messages.
        mend: what the user can do, at the end of every message.

    Raises:
        UserError: it is not UTF-8 or not JSON, an object has a name twice, it is nested deeper than 64, an integer has
            more than 40 digits, or a string has half of a surrogate pair.
    """
    try:
        found = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_without_doubles, parse_int=_bounded_integer)
        _check_depth(found)
        if _SURROGATE_ESCAPE.search(content):
            _check_unicode(found)
    except RecursionError:
        raise UserError(f"{place} is damaged, it is not JSON (nested deeper than {MAX_DEPTH}): {mend}") from None
    except ValueError as error:  # UnicodeDecodeError and JSONDecodeError among them
        reason = str(error).partition("\n")[0][:100]
        raise UserError(f"{place} is damaged, it is not JSON ({reason}): {mend}") from None
    return found


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _bounded_integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"an integer of {len(digits):,} digits")
    return int(digits)


def _check_depth(found: Any) -> None:
    level = [found]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for parent in level
            if isinstance(parent, dict | list)
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
        if not level:
            return
    raise ValueError(f"nested deeper than {MAX_DEPTH}")


def _check_unicode(found: Any) -> None:
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ValueError("half of a surrogate pair in a string") from None
