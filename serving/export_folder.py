"""The folder of an export: its version, its manifest, and whether it is whole. Needs no TensorFlow."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from ..layers.errors import UserError

MANIFEST_FILE = "manifest.json"
FORMAT = 1
KIND = "saved_model"
MAX_JSON_BYTES = 100_000_000


def is_export(path: Path | str) -> bool:
    """Whether a folder holds an exported SavedModel: a version, or versions of a model.

    Example:
        >>> is_export("no_such_folder")
        False
    """
    folder = version_folder(path)
    if folder is None:
        return False
    try:
        return read_manifest(folder).get("kind") == KIND
    except UserError:
        return True  # it is one, and opening it tells what is wrong


def version_folder(path: Path | str) -> Path | None:
    """The folder with the manifest: `path` itself, or the one of the highest number in it; None where there is none."""
    path = Path(path)
    if (path / MANIFEST_FILE).is_file():
        return path
    try:
        versions = [entry for entry in path.iterdir() if re.fullmatch("[0-9]+", entry.name)]
    except OSError:
        return None
    versions = [version for version in versions if (version / MANIFEST_FILE).is_file()]
    return max(versions, key=lambda version: int(version.name), default=None)


def read_manifest(folder: Path) -> dict[str, Any]:
    """What `manifest.json` holds.

    Raises:
        UserError: missing, damaged, or of another format.
    """
    path = folder / MANIFEST_FILE
    manifest = read_json(path)
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise UserError(f"{path} is no manifest of an export: export the model again")
    if manifest.get("format") != FORMAT:
        raise UserError(f"{path} has format {str(manifest.get('format'))[:40]}; this version reads format {FORMAT}")
    return manifest


def read_json(path: Path) -> Any:
    """A JSON file of bounded size.

    Raises:
        UserError: missing, too large, or not JSON.
    """
    try:
        if path.stat().st_size > MAX_JSON_BYTES:
            raise UserError(f"{path} is larger than {MAX_JSON_BYTES:,} bytes: export the model again")
        return json.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
    except UserError:
        raise
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, or nested without end
        raise UserError(f"{path} is damaged: export the model again") from error


def verify_files(folder: Path, manifest: dict[str, Any]) -> None:
    """Compares every file of the manifest with its hash.

    Raises:
        UserError: a file is missing, altered or damaged, or lies outside the folder.
    """
    for name, entry in manifest["files"].items():
        path, root = (folder / name).resolve(), folder.resolve()
        if not path.is_relative_to(root):
            raise UserError(f"{folder / MANIFEST_FILE} names a file outside its folder: do not trust this export")
        if not path.is_file():
            raise UserError(f"{folder / name} is missing: copy the whole folder again, or export the model again")
        if not isinstance(entry, dict) or sha256_of(path) != entry.get("sha256"):
            raise UserError(
                f"{folder / name} is damaged or was altered: its hash is not that of {MANIFEST_FILE}; "
                "copy the folder again, or export the model again"
            )


def sha256_of(path: Path, *, first: int | None = None) -> str:
    """The SHA-256 of a file, or of its first bytes, in hexadecimal."""
    digest, left = hashlib.sha256(), path.stat().st_size if first is None else first
    with open(path, "rb") as file:
        while left > 0 and (block := file.read(min(1 << 20, left))):
            digest.update(block)
            left -= len(block)
    return digest.hexdigest()
