"""A published model file that a tokenizer keeps unchanged."""

from pathlib import Path

from ..errors import UserError
from ..read_file import read_file

SENTENCE_PIECE_FILE, LLAMA2C_FILE = "tokenizer.model", "tokenizer.bin"
"""The names under which `save_assets` writes it."""

MAX_MODEL_BYTES = 2**26  # XLM-RoBERTa's model, among the largest, has 5 MB


def read_model_file(path: str | Path) -> bytes:
    """Reads the bytes of a tokenizer's model.

    Args:
        path: the file.

    Raises:
        UserError: it is missing, not a plain file, empty or too large.
    """
    data = read_file(path, max_bytes=MAX_MODEL_BYTES, mend="name a tokenizer's model, or a folder that has one")
    if not data:
        raise UserError(f"{path} is empty: copy it again")
    return data
