"""The files of a SavedModel in addition to its graph. Needs no TensorFlow."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..layers.plain.errors import UserError
from ..layers.plain.export_layout import EXTRA_FOLDER, TOKENIZER_FOLDER, TOKENS_FILE
from ..layers.plain.read_file import read_file
from ..layers.plain.read_json import parse_json
from .export_folder import AGAIN, MAX_JSON_BYTES
from .text import PlainTokenizer, load_plain_tokenizer

MAX_TOKENIZER_BYTES = 100_000_000  # per file


def import_needed(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Imports packages with operations of their own. No name is taken from the file, which may come from anyone.

    Raises:
        UserError: the export needs a package that this version does not know, or that is not installed.
    """
    needs = manifest.get("needs", [])
    if not isinstance(needs, list) or not set(map(str, needs)) <= {"tensorflow_text"}:
        raise UserError(f"{folder} needs packages that this version does not know, {str(needs)[:60]}: update langzoo")
    if needs:
        try:
            import tensorflow_text  # noqa: F401
        except ImportError as error:
            raise UserError(f"{folder} needs tensorflow-text for its tokenizer: pip install tensorflow-text") from error


def read_tokens(folder: Path, manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Reads the printable name of every token id.

    Raises:
        UserError: the file is missing or damaged.
    """
    path, size = folder / EXTRA_FOLDER / TOKENS_FILE, manifest["tokenizer"]["vocabulary_size"]
    tokens = parse_json(read_file(path, max_bytes=MAX_JSON_BYTES, mend=AGAIN), str(path), mend=AGAIN)
    if not isinstance(tokens, list) or len(tokens) != size or not all(isinstance(token, str) for token in tokens):
        raise UserError(f"{path} does not list the {size:,} tokens: export the model again")
    return tuple(tokens)


def read_tokenizer_files(folder: Path, manifest: Mapping[str, Any]) -> dict[str, bytes]:
    """Reads the tokenizer files named by the manifest: name -> content, as `load_plain_tokenizer` takes them.

    Raises:
        UserError: there are none, or one cannot be read.
    """
    place = EXTRA_FOLDER + TOKENIZER_FOLDER
    names = [name for name in manifest["files"] if name.startswith(place)]
    if not names:
        raise UserError(f"{folder} is from an earlier version, without its tokenizer: export the model again")
    return {
        name.removeprefix(place): read_file(folder / name, max_bytes=MAX_TOKENIZER_BYTES, mend=AGAIN) for name in names
    }


def checked_tokenizer(files: Mapping[str, bytes], manifest: Mapping[str, Any], place: Path) -> PlainTokenizer:
    """Makes the tokenizer, without TensorFlow, and checks it against the manifest.

    Args:
        files: the files of the tokenizer.
        manifest: the manifest of the export.
        place: the export, for messages.

    Raises:
        UserError: it is damaged, belongs to another model, or is of a kind from another package.
    """
    tokenizer = load_plain_tokenizer(files)
    if tokenizer.vocabulary_size != manifest["tokenizer"]["vocabulary_size"]:
        raise UserError(f"{place} is damaged (its tokenizer belongs to another model): export the model again")
    return tokenizer


def read_plain_tokenizer(folder: Path, manifest: Mapping[str, Any]) -> PlainTokenizer:
    """Reads the tokenizer of a SavedModel, without TensorFlow; see `read_tokenizer_files` and `checked_tokenizer`."""
    return checked_tokenizer(read_tokenizer_files(folder, manifest), manifest, folder)
