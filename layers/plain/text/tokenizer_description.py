"""`tokenizer.json`: the kind and the options of a tokenizer. Needs no TensorFlow."""

import inspect
from collections.abc import Callable, Collection
from typing import Any

from ..errors import UserError
from ..read_json import parse_object

TOKENIZER_FILE = "tokenizer.json"
VOCABULARY_FILE = "vocabulary.txt"
FORMAT = 1
MAX_DESCRIPTION_BYTES = 2**20


def parse_description(data: bytes, place: str) -> dict[str, Any]:
    """Parses the description written by `Tokenizer.save_assets`, with a `kind` and `options`.

    Args:
        data: the bytes of the file.
        place: the file's name, for messages.

    Raises:
        UserError: it is too large, not JSON, of another format, or has no kind.

    Example:
        >>> parse_description(b'{"format": 1, "kind": "byte"}', "tokenizer.json")
        {'format': 1, 'kind': 'byte', 'options': {}}
    """
    if len(data) > MAX_DESCRIPTION_BYTES:
        raise UserError(f"{place} is larger than {MAX_DESCRIPTION_BYTES:,} bytes: that is not a tokenizer")
    description = parse_object(data, place, mend="save the tokenizer again")
    if description.get("format") != FORMAT:
        raise UserError(f"{place} has format {str(description.get('format'))[:40]}, this version reads format {FORMAT}")
    if not isinstance(description.get("kind"), str):
        raise UserError(f'{place} names no "kind": save the tokenizer again')
    if not isinstance(description.setdefault("options", {}), dict):
        raise UserError(f'{place}: "options" must be a JSON object: save the tokenizer again')
    return description


def check_option_names(description: dict[str, Any], make: Callable, assets: Collection[str], place: str) -> None:
    """Raises UserError for an option that a constructor does not have.

    Args:
        description: the result of `parse_description`.
        make: a constructor, whose options are its keyword-only arguments.
        assets: names of the arguments that are stored in files of their own.
        place: the file's name, for messages.
    """
    parameters = inspect.signature(make).parameters.values()
    known = [parameter.name for parameter in parameters if parameter.kind is inspect.Parameter.KEYWORD_ONLY]
    known = [name for name in known if name not in assets]
    for name in description["options"]:
        if name not in known:
            kind = description["kind"]
            raise UserError(f"{place}: {name[:40]!r} is no option of a {kind} tokenizer; its options: {known}")


def check_size(description: dict[str, Any], size: int, place: str) -> None:
    """Raises UserError if a description states another number of tokens than the vocabulary has.

    Args:
        description: the result of `parse_description`.
        size: the number of tokens.
        place: the folder, for messages.
    """
    stated = description.get("vocabulary_size", size)
    if stated != size:
        raise UserError(
            f"{place} holds {size} tokens where {TOKENIZER_FILE} says {str(stated)[:40]}: copy the whole folder again"
        )


def check_digest(description: dict[str, Any], digest: str, place: str) -> None:
    """Raises UserError if a tokenizer does not match its description: a file was cut off, altered or mixed up.

    Args:
        description: the result of `parse_description`.
        digest: `Tokenizer.digest` of the tokenizer made from the files.
        place: the folder, for messages.
    """
    if description.get("digest") != digest:
        raise UserError(
            f"{place} is damaged or was altered: its files do not match the digest of {TOKENIZER_FILE}; "
            "copy the whole folder again"
        )
