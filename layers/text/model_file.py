"""A file that a tokenizer keeps as it was published."""

from pathlib import Path

from ..errors import UserError

SENTENCE_PIECE_FILE, LLAMA2C_FILE = "tokenizer.model", "tokenizer.bin"
"""The names under which `save_assets` writes it."""

MAX_MODEL_BYTES = 2**26  # XLM-RoBERTa's model, among the largest, has 5 MB


def read_model_file(path: str | Path) -> bytes:
    """The bytes of a tokenizer's model.

    Args:
        path: the file.

    Raises:
        UserError: missing, not a plain file, empty or too large.
    """
    path = Path(path)
    try:
        if not path.is_file():
            raise UserError(f"{path} is missing: name a tokenizer's model, or a folder that holds one")
        if path.stat().st_size > MAX_MODEL_BYTES:
            raise UserError(f"{path} is larger than {MAX_MODEL_BYTES:,} bytes: that is no tokenizer's model")
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
    if not data:
        raise UserError(f"{path} is empty: copy it again")
    return data
