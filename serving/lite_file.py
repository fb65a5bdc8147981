"""What an exported `.tflite` file says of itself. Needs no TensorFlow."""

import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..layers.errors import UserError
from .export_folder import FORMAT, MANIFEST_FILE, MAX_JSON_BYTES

KIND = "litert"
TOKENIZER_FOLDER = "tokenizer/"
TOKENS_FILE = "tokens.json"
MAX_FILES = 100


@dataclass(frozen=True, kw_only=True)
class LiteFile:
    """A `.tflite` file of `langzoo export --format litert`: a model, and behind it a zip archive.

    Attributes:
        path: of the file.
        manifest: what its `manifest.json` says: name, task, signatures, tokenizer, rows, what was measured and more.
        tokens: the printable name of every token id.
        tokenizer_files: name -> bytes, as `load_plain_tokenizer` takes them.
    """

    path: Path
    manifest: Mapping[str, Any]
    tokens: tuple[str, ...]
    tokenizer_files: Mapping[str, bytes]

    @classmethod
    def read(cls, path: Path | str) -> "LiteFile":
        """Reads the archive and makes sure that the model is the one that was written.

        Raises:
            UserError: no such file, one of someone else, damaged, altered, or of a later format.
        """
        path = Path(path)
        try:
            with zipfile.ZipFile(path) as archive:
                entries = _entries(archive, path)
                manifest = _json(entries, MANIFEST_FILE, path)
                tokens = _json(entries, TOKENS_FILE, path)
            if not isinstance(manifest, dict) or manifest.get("kind") != KIND:
                raise UserError(f"{path} was not written by langzoo export --format litert: name a file that was")
            if manifest.get("format") != FORMAT:
                raise UserError(f"{path} has format {str(manifest.get('format'))[:40]}; this version reads {FORMAT}")
            _verify(path, manifest.get("model"))
        except FileNotFoundError:
            raise UserError(f"{path} is not there: name a file of langzoo export --format litert") from None
        except zipfile.BadZipFile:
            raise UserError(
                f"{path} was not written by langzoo export --format litert, or is cut off: export the model, or copy "
                "the file again"
            ) from None
        except OSError as error:
            raise UserError(f"{path} cannot be read: {error.strerror}") from error
        if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
            raise UserError(f"{path} is damaged ({TOKENS_FILE}): export the model again")
        files = {
            name.removeprefix(TOKENIZER_FOLDER): data
            for name, data in entries.items()
            if name.startswith(TOKENIZER_FOLDER)
        }
        return cls(path=path, manifest=manifest, tokens=tuple(tokens), tokenizer_files=files)


def is_lite_file(path: Path | str) -> bool:
    """Whether a path is named like a LiteRT file and is there.

    Example:
        >>> is_lite_file("no_such.tflite")
        False
    """
    path = Path(path)
    return path.suffix == ".tflite" and path.is_file()


def _entries(archive: zipfile.ZipFile, path: Path) -> dict[str, bytes]:
    """All files of the archive, if they are few and small; nothing is written to the disk."""
    infos = archive.infolist()
    if len(infos) > MAX_FILES or any(info.file_size > MAX_JSON_BYTES for info in infos):
        raise UserError(f"{path} holds more than a model of langzoo does: do not trust it")
    try:
        return {info.filename: archive.read(info) for info in infos}
    except (NotImplementedError, RuntimeError, EOFError, ValueError) as error:  # encrypted, or of another method
        raise UserError(f"{path} is damaged: copy the file again, or export the model again") from error


def _json(entries: Mapping[str, bytes], name: str, path: Path) -> Any:
    if name not in entries:
        raise UserError(f"{path} was not written by langzoo export --format litert: it has no {name}")
    try:
        return json.loads(entries[name].decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path} is damaged ({name}): export the model again") from error


def _verify(path: Path, entry: Any) -> None:
    """Compares the model in front of the archive with its hash."""
    damaged = UserError(f"{path} is damaged or was altered: copy the file again, or export the model again")
    if not isinstance(entry, dict) or not isinstance(entry.get("bytes"), int):
        raise damaged
    left, digest = entry["bytes"], hashlib.sha256()
    with open(path, "rb") as file:
        while left > 0 and (block := file.read(min(1 << 20, left))):
            digest.update(block)
            left -= len(block)
    if left or digest.hexdigest() != entry.get("sha256"):
        raise damaged
