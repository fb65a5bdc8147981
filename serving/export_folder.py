"""The folder of an export: its version, its manifest and its integrity. Needs no TensorFlow."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pydantic

from ..layers.plain.errors import UserError
from ..layers.plain.export_layout import FORMAT, MANIFEST_FILE
from ..layers.plain.file_entry import sha256_of
from ..layers.plain.read_file import check_regular_file
from ..layers.plain.read_json import read_json
from .export_manifest import ExportManifest, FileEntry, FileName, Name

KIND = "saved_model"
AGAIN = "copy the whole folder again, or export the model again"
MAX_JSON_BYTES = 100_000_000


class _Manifest(ExportManifest):
    files: dict[FileName, FileEntry]
    needs: list[Name] = pydantic.Field(default_factory=list)
    defaults: dict[str, Any] = pydantic.Field(default_factory=dict)


def is_export(path: Path | str) -> bool:
    """Whether a folder is an exported SavedModel, either one version or all versions of a model.

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
        return True  # it is one, and opening it reports what is wrong


def version_folder(path: Path | str) -> Path | None:
    """Returns the folder with the manifest: `path` itself, or its subfolder of the highest number; None if none."""
    path = Path(path)
    if os.path.lexists(path / MANIFEST_FILE):
        return path
    try:
        versions = [entry for entry in path.iterdir() if re.fullmatch("[0-9]+", entry.name)]
    except OSError:
        return None
    versions = [version for version in versions if os.path.lexists(version / MANIFEST_FILE)]
    return max(versions, key=lambda version: int(version.name), default=None)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Reads `manifest.json`.

    Raises:
        UserError: it is missing, damaged, or of another format.
    """
    path = folder / MANIFEST_FILE
    manifest = read_json(path, max_bytes=MAX_JSON_BYTES, mend="export the model again")
    if manifest.get("format") != FORMAT:
        raise UserError(f"{path} has format {str(manifest.get('format'))[:40]}; this version reads format {FORMAT}")
    if manifest.get("kind") == KIND:
        _Manifest.check(manifest, str(path))
    return manifest


def verify_files(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Checks the size and the hash of every file of the manifest.

    Raises:
        UserError: a file is missing, not a regular one, altered or damaged, or lies outside the folder.
    """
    again = "copy the whole folder again, or export the model again"
    root = folder.resolve()
    for name, entry in manifest["files"].items():
        path = folder / name
        check_regular_file(path, mend=again)
        if not path.resolve().is_relative_to(root):
            raise UserError(f"{folder / MANIFEST_FILE} names a file outside its folder: do not trust this export")
        # The size first: a wrong file may be very large.
        if path.stat().st_size != entry["bytes"] or sha256_of(path) != entry["sha256"]:
            raise UserError(f"{path} is damaged or was altered: its hash is not that of {MANIFEST_FILE}; {again}")
