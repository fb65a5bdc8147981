"""A tokenizer from disk."""

import inspect
import json
from pathlib import Path
from typing import Any

from ..errors import UserError
from .tokenizer import FORMAT, TOKENIZER_FILE, Tokenizer
from .tokenizer_kinds import tokenizer_class

MAX_DESCRIPTION_BYTES = 2**20


def load_tokenizer(directory: str | Path) -> Tokenizer:
    """Reads what `Tokenizer.save_assets` wrote.

    The files are only data: fixed names are read, bounded in size, and nothing in them is run or names a path. A kind
    from an outside package is known once that package is imported and has called `register_tokenizer`.

    Args:
        directory: the folder that holds `tokenizer.json`.

    Returns:
        The tokenizer, of the class that the kind names.

    Raises:
        UserError: a file is missing, garbled or too large, the kind or an option is unknown, or the vocabulary is
            empty, cut short, or holds a token twice.

    Example:
        >>> import tempfile
        >>> from langzoo.layers.text import WordTokenizer
        >>> with tempfile.TemporaryDirectory() as directory:
        ...     WordTokenizer(["<unk>", "<eos>", "cat"], lowercase=True).save_assets(directory)
        ...     load_tokenizer(directory)("Cat").numpy().tolist()
        [2]
    """
    directory = Path(directory)
    path = directory / TOKENIZER_FILE
    description = _read_description(path)
    cls = tokenizer_class(description["kind"])
    options = description["options"]
    assets = cls.read_assets(directory)
    parameters = inspect.signature(cls.__init__).parameters.values()
    known = [parameter.name for parameter in parameters if parameter.kind is inspect.Parameter.KEYWORD_ONLY]
    known = [name for name in known if name not in assets]
    for name in options:
        if name not in known:
            raise UserError(f"{path}: {name[:40]!r} is no option of a {cls.kind} tokenizer; its options: {known}")
    try:
        tokenizer = cls(**assets, **options)
    except ValueError as error:
        raise UserError(f"{directory}: {error}") from error
    size = description.get("vocabulary_size", tokenizer.vocabulary_size)
    if size != tokenizer.vocabulary_size:
        raise UserError(
            f"{directory} holds {tokenizer.vocabulary_size} tokens where {TOKENIZER_FILE} says "
            f"{str(size)[:40]}: copy the whole folder again"
        )
    return tokenizer


def _read_description(path: Path) -> dict[str, Any]:
    try:
        if not path.is_file():
            raise UserError(f"{path} is missing: name a folder that holds a tokenizer")
        if path.stat().st_size > MAX_DESCRIPTION_BYTES:
            raise UserError(f"{path} is larger than {MAX_DESCRIPTION_BYTES:,} bytes: that is no tokenizer")
        description = json.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
    except UserError:
        raise
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, or nested without end
        raise UserError(f"{path} is not JSON: save the tokenizer again") from error
    if not isinstance(description, dict):
        raise UserError(f"{path} must hold a JSON object: save the tokenizer again")
    if description.get("format") != FORMAT:
        raise UserError(f"{path} has format {str(description.get('format'))[:40]}, this version reads format {FORMAT}")
    if not isinstance(description.get("kind"), str):
        raise UserError(f'{path} names no "kind": save the tokenizer again')
    if not isinstance(description.setdefault("options", {}), dict):
        raise UserError(f'{path}: "options" must be a JSON object: save the tokenizer again')
    return description
