"""The byte alphabet of byte-level BPE vocabularies."""

import reprlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ..errors import UserError
from .vocabulary import Vocabulary

SPECIAL_TOKENS = ("start_token", "end_token", "separator_token", "mask_token", "padding_token", "unknown_token")
"""The options that name special tokens."""


def byte_alphabet() -> list[str]:
    """Returns the character for each byte in GPT-2's files: printable ones themselves, the others from U+0100 on.

    Example:
        >>> byte_alphabet()[0x20], byte_alphabet()[0x41]
        ('Ġ', 'A')
    """
    prints = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = iter(range(0x100, 0x200))
    return [chr(byte) if byte in prints else chr(next(others)) for byte in range(256)]


def byte_ids(vocabulary: Vocabulary, *, missing_byte_token: str | None = None) -> list[int]:
    """Returns the ids of the 256 bytes; for bytes that the vocabulary lacks, the id of another token, or -1.

    Args:
        vocabulary: vocabulary of the tokenizer.
        missing_byte_token: the token for bytes that the vocabulary lacks; None to drop them.

    Raises:
        UserError: the vocabulary has no bytes, or not that token.
    """
    missing = vocabulary.special_id(missing_byte_token, kind="bpe")
    found = [vocabulary.id(character) for character in byte_alphabet()]
    if all(token_id is None for token_id in found):
        raise UserError("the bpe vocabulary does not contain a single byte ('!' to 'Ń'): name a byte-level one")
    if missing is None:
        missing = -1
    return [missing if token_id is None else token_id for token_id in found]


def token_bytes(vocabulary: Vocabulary, *, special_tokens: Collection[str]) -> list[bytes]:
    """Returns the bytes of every token; for special and added tokens, and those not written in bytes, the name.

    Example:
        >>> token_bytes(Vocabulary(["Ġhi", "<s>"]), special_tokens=["<s>"])
        [b' hi', b'<s>']
    """
    bytes_of = {character: bytes([byte]) for byte, character in enumerate(byte_alphabet())}
    return [
        token.encode()
        if token in special_tokens or any(character not in bytes_of for character in token)
        else b"".join(bytes_of[character] for character in token)
        for token in vocabulary
    ]


def merge_ids(vocabulary: Vocabulary, lines: Iterable[str]) -> list[tuple[int, int, int]]:
    """Returns the ids of both parts of each merge and of the merged token.

    Args:
        vocabulary: vocabulary of the tokenizer.
        lines: lines of two tokens, separated by a space.

    Raises:
        UserError: a line is not such a pair, occurs twice, or has tokens that are not in the vocabulary.
    """
    merges: list[tuple[int, int, int]] = []
    seen = set()
    for number, line in enumerate(lines, start=1):
        parts = line.split(" ") if isinstance(line, str) else []
        place = f"merge {number}, {reprlib.repr(line)}"
        if len(parts) != 2:
            raise UserError(f"{place}, must be two tokens separated by a space")
        ids = [vocabulary.id(token) for token in (*parts, "".join(parts))]
        if None in ids:
            missing = (*parts, "".join(parts))[ids.index(None)]
            raise UserError(f"{place}: the vocabulary does not hold {reprlib.repr(missing)}; name files of one model")
        if line in seen:
            raise UserError(f"{place}, occurs twice: remove one")
        seen.add(line)
        merges.append(tuple(ids))  # pyright: ignore[reportArgumentType]
    return merges


def check_byte_pair_options(options: Mapping[str, Any]) -> None:
    """Raises ValueError for an option of the wrong type."""
    for name in ("add_prefix_space", "single_digits", "add_start"):
        if not isinstance(options[name], bool):
            raise ValueError(f"{name} must be True or False, got {options[name]!r}")
    if options["add_prefix_space"] and options["single_digits"]:
        raise ValueError("add_prefix_space must be False where single_digits is True, got True")
    for name in (*SPECIAL_TOKENS, "missing_byte_token"):
        if not isinstance(options[name], str) and (name == "end_token" or options[name] is not None):
            raise ValueError(f"{name} must be a string, got {options[name]!r}")
