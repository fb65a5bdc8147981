"""Loading a tokenizer from disk."""

from pathlib import Path
from typing import Any

from ..plain.errors import UserError
from ..plain.read_file import read_file
from ..plain.text.tokenizer_description import (
    MAX_DESCRIPTION_BYTES,
    TOKENIZER_FILE,
    check_digest,
    check_option_names,
    check_size,
    parse_description,
)
from .tokenizer import Tokenizer
from .tokenizer_kinds import TOKENIZERS


def load_tokenizer(directory: str | Path) -> Tokenizer:
    """Loads a tokenizer from the files written by `Tokenizer.save_assets`.

    The files are only data: fixed names are read, with limited sizes, and nothing in them is executed or used as a
    path. A kind of another package is known once that package is imported and has called `register_tokenizer`.

    Args:
        directory: the folder with `tokenizer.json`.

    Returns:
        The tokenizer, of the class of its kind.

    Raises:
        UserError: a file is missing, garbled or too large, the kind or an option is unknown, or the vocabulary is
            empty, truncated, or has a token twice.

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
    cls = TOKENIZERS[description["kind"]]
    assets = cls.read_assets(directory)
    check_option_names(description, cls.__init__, assets, str(path))
    try:
        tokenizer = cls(**assets, **description["options"])
    except ValueError as error:
        raise UserError(f"{directory}: {error}") from error
    check_size(description, tokenizer.vocabulary_size, str(directory))
    check_digest(description, tokenizer.digest, str(directory))
    return tokenizer


def _read_description(path: Path) -> dict[str, Any]:
    data = read_file(path, max_bytes=MAX_DESCRIPTION_BYTES, mend="name a folder with a tokenizer")
    return parse_description(data, str(path))
