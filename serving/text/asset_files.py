"""The files of a tokenizer, in memory."""

from collections.abc import Mapping

from ...layers.plain.errors import UserError
from ...layers.plain.text.model_file import MAX_MODEL_BYTES
from ...layers.plain.text.tokenizer_description import VOCABULARY_FILE
from ...layers.plain.text.vocabulary_file import parse_vocabulary


def asset(files: Mapping[str, bytes], name: str) -> bytes:
    """Returns one of the files.

    Raises:
        UserError: it is missing or empty.

    Example:
        >>> asset({"merges.txt": b"a b"}, "merges.txt")
        b'a b'
    """
    if name not in files:
        raise UserError(f"the tokenizer's {name} is missing: export the model again")
    if not files[name]:
        raise UserError(f"the tokenizer's {name} is empty: export the model again")
    return files[name]


def model_asset(files: Mapping[str, bytes], name: str) -> bytes:
    """Returns a model file in a third-party format.

    Raises:
        UserError: it is missing, empty or too large.
    """
    data = asset(files, name)
    if len(data) > MAX_MODEL_BYTES:
        raise UserError(
            f"the tokenizer's {name} is larger than {MAX_MODEL_BYTES:,} bytes: that is not a tokenizer's model"
        )
    return data


def vocabulary_asset(files: Mapping[str, bytes], *, quoted: bool) -> list[str]:
    """Reads the tokens in `vocabulary.txt`, not yet checked.

    Args:
        files: the files by name.
        quoted: whether its lines are JSON strings.

    Raises:
        UserError: it is missing, empty or garbled.
    """
    return parse_vocabulary(asset(files, VOCABULARY_FILE), f"the tokenizer's {VOCABULARY_FILE}", quoted=quoted)
