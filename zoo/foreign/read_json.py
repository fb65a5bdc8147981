"""Reading of published JSON files."""

from pathlib import Path
from typing import Any

from ...layers.plain.read_json import parse_object, read_json

MAX_CONFIG_BYTES = 2**20
CONFIG_FILE = "config.json"
__all__ = ["CONFIG_FILE", "MAX_CONFIG_BYTES", "parse_object", "read_config", "read_json"]


def read_config(folder: str | Path, *, name: str = CONFIG_FILE) -> dict[str, Any]:
    """Reads the configuration of a published model; its content is neither checked nor run.

    Args:
        folder: the folder of the file.
        name: the file, at most 1 MB.

    Raises:
        UserError: the file is missing, too large, not JSON, or not an object.
    """
    return read_json(Path(folder) / name, max_bytes=MAX_CONFIG_BYTES, mend="copy the whole folder again")
