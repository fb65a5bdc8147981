"""JSON that somebody else wrote."""

import json
from pathlib import Path
from typing import Any

from ...layers.errors import UserError

MAX_CONFIG_BYTES = 2**20
CONFIG_FILE = "config.json"


def read_json(path: Path, *, max_bytes: int) -> dict[str, Any]:
    """The object that a JSON file holds.

    Args:
        path: the file.
        max_bytes: larger files are refused unread.

    Raises:
        UserError: missing, too large, not JSON, or not an object.
    """
    try:
        if not path.is_file():
            raise UserError(f"{path} is missing: copy the whole folder again")
        if path.stat().st_size > max_bytes:
            raise UserError(f"{path} is larger than {max_bytes:,} bytes: copy it again")
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
    return parse_object(content, str(path))


def parse_object(content: bytes, place: str) -> dict[str, Any]:
    """The JSON object that some bytes are.

    Args:
        content: UTF-8.
        place: what a message says they are.

    Raises:
        UserError: not JSON, a name twice in one object, or not an object.
    """
    try:
        found = json.loads(content.decode("utf-8"), object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, or nested without end
        reason = str(error).partition("\n")[0][:100]
        raise UserError(f"{place} is not JSON ({reason}): copy it again") from error
    if not isinstance(found, dict):
        raise UserError(f"{place} must hold a JSON object: copy it again")
    return found


def read_config(folder: str | Path, *, name: str = CONFIG_FILE) -> dict[str, Any]:
    """A model's configuration, as its publisher wrote it; nothing in it is checked or run.

    Args:
        folder: where it lies.
        name: the file, at most 1 MB.

    Raises:
        UserError: missing, too large, not JSON, or not an object.
    """
    return read_json(Path(folder) / name, max_bytes=MAX_CONFIG_BYTES)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is there twice")
    return found
