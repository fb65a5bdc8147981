"""The manifest and the tokenizer of exported `.tflite` files. Needs no TensorFlow."""

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydantic

from ..layers.plain.errors import UserError
from ..layers.plain.export_layout import FORMAT, MANIFEST_FILE, TOKENIZER_FOLDER, TOKENS_FILE
from ..layers.plain.file_entry import sha256_of
from ..layers.plain.read_file import check_regular_file
from ..layers.plain.read_json import parse_json
from .export_folder import MAX_JSON_BYTES
from .export_manifest import ExportManifest, FileEntry, Name

KIND = "litert"
MAX_FILES = 100
MAX_ARCHIVE_BYTES = 300_000_000  # all files together; those of a vocabulary of 250,000 pieces are 20 MB


@dataclass(frozen=True, kw_only=True)
class LiteFile:
    """A `.tflite` file of `langzoo export --format litert`: a model, followed by a zip archive.

    Attributes:
        path: path of the file.
        manifest: the contents of `manifest.json`: name, task, signatures, tokenizer, rows, measurements and more.
        tokens: the printable name of every token id.
        tokenizer_files: name -> bytes, as `load_plain_tokenizer` takes them.
    """

    path: Path
    manifest: Mapping[str, Any]
    tokens: tuple[str, ...]
    tokenizer_files: Mapping[str, bytes]

    @classmethod
    def read(cls, path: Path | str, *, whole: bool = True) -> "LiteFile":
        """Reads the archive and verifies that the model is unaltered.

        Args:
            path: the file.
            whole: whether to verify the model; False if only the manifest is needed.

        Raises:
            UserError: there is no such file, or it is not from langzoo, damaged, altered, or of a later format.
        """
        path = Path(path)
        check_regular_file(path, mend="name a file of langzoo export --format litert")
        try:
            with zipfile.ZipFile(path) as archive:
                entries = _entries(archive, path)
                manifest = _json(entries, MANIFEST_FILE, path)
                tokens = _json(entries, TOKENS_FILE, path)
            if not isinstance(manifest, dict) or manifest.get("kind") != KIND:
                raise UserError(f"{path} was not written by langzoo export --format litert: name a file that was")
            if manifest.get("format") != FORMAT:
                raise UserError(f"{path} has format {str(manifest.get('format'))[:40]}; this version reads {FORMAT}")
            _check(manifest, tokens, path)
            if whole:
                _verify(path, manifest["model"])
        except zipfile.BadZipFile:
            raise UserError(
                f"{path} was not written by langzoo export --format litert, or is cut off: export the model, or copy "
                "the file again"
            ) from None
        except OSError as error:
            raise UserError(f"{path} cannot be read: {error.strerror}") from error
        files = {
            name.removeprefix(TOKENIZER_FOLDER): data
            for name, data in entries.items()
            if name.startswith(TOKENIZER_FOLDER)
        }
        return cls(path=path, manifest=manifest, tokens=tuple(tokens), tokenizer_files=files)


def is_lite_file(path: Path | str) -> bool:
    """Whether a path is named like a LiteRT file and exists.

    Example:
        >>> is_lite_file("no_such.tflite")
        False
    """
    path = Path(path)
    return path.suffix == ".tflite" and path.is_file()


def _entries(archive: zipfile.ZipFile, path: Path) -> dict[str, bytes]:
    """Returns all files of the archive, if they are few and small; nothing is written to disk."""
    infos = archive.infolist()
    # Their declared sizes; zipfile reads no more of each.
    sizes = [info.file_size for info in infos]
    if len(sizes) > MAX_FILES or max(sizes, default=0) > MAX_JSON_BYTES or sum(sizes) > MAX_ARCHIVE_BYTES:
        raise UserError(f"{path} contains more than a model of langzoo does: do not trust it")
    try:
        return {info.filename: archive.read(info) for info in infos}
    except (zlib.error, RuntimeError, EOFError, ValueError) as error:  # garbled, encrypted, unknown
        raise UserError(f"{path} is damaged: copy the file again, or export the model again") from error


def _json(entries: Mapping[str, bytes], name: str, path: Path) -> Any:
    if name not in entries:
        raise UserError(f"{path} was not written by langzoo export --format litert: it has no {name}")
    return parse_json(entries[name], f"{path} ({name})", mend="export the model again")


class _Manifest(ExportManifest):
    model: FileEntry
    rows: list[Name]
    context: pydantic.PositiveInt | None = None
    start_id: pydantic.NonNegativeInt = 0
    source_start_id: pydantic.NonNegativeInt | None = None


def _check(manifest: Mapping[str, Any], tokens: Any, path: Path) -> None:
    """Rejects a manifest that lacks required fields or does not match the tokens."""
    _Manifest.check(manifest, f"{path} ({MANIFEST_FILE})")
    fits = isinstance(tokens, list) and len(tokens) == manifest["tokenizer"]["vocabulary_size"]
    if not fits or not all(isinstance(token, str) for token in tokens):
        raise UserError(f"{path} is damaged ({TOKENS_FILE}): export the model again")


def _verify(path: Path, entry: Mapping[str, Any]) -> None:
    """Compares the model before the archive with its hash."""
    if path.stat().st_size < entry["bytes"] or sha256_of(path, first=entry["bytes"]) != entry["sha256"]:
        raise UserError(f"{path} is damaged or was altered: copy the file again, or export the model again")
