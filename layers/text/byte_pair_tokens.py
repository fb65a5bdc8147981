"""What the tokens of a byte-level BPE vocabulary stand for."""

import reprlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ..errors import UserError
from .vocabulary import Vocabulary

SPECIAL_TOKENS = ("start_token", "end_token", "separator_token", "mask_token", "padding_token", "unknown_token")
"""Names of the options that name special tokens."""


def byte_alphabet() -> list[str]:
    """The character by which GPT-2's files write each byte: those that print by themselves, the others from U+0100 on.

    Example:
        >>> byte_alphabet()[0x20], byte_alphabet()[0x41]
        ('Ġ', 'A')
    """
    prints = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = iter(range(0x100, 0x200))
    return [chr(byte) if byte in prints else chr(next(others)) for byte in range(256)]


def byte_ids(vocabulary: Vocabulary) -> list[int]:
    """The ids of the 256 bytes.

    Raises:
        UserError: one is missing.
    """
    ids = []
    for byte, character in enumerate(byte_alphabet()):
        token_id = vocabulary.id(character)
        if token_id is None:
            raise UserError(f"the bpe vocabulary does not hold byte 0x{byte:02x}, {character!r}: add it")
        ids.append(token_id)
    return ids


def token_bytes(vocabulary: Vocabulary, *, special_tokens: Collection[str]) -> list[bytes]:
    """The bytes of every token; of a special token, and of one not written in bytes, its name.

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
    """The ids of both parts of each merge and of the token they make.

    Args:
        vocabulary: of the tokenizer.
        lines: two tokens each, with a space between them.

    Raises:
        UserError: a line that is no such pair, that stands twice, or whose tokens the vocabulary does not hold.
    """
    merges: list[tuple[int, int, int]] = []
    seen = set()
    for number, line in enumerate(lines, start=1):
        parts = line.split(" ") if isinstance(line, str) else []
        place = f"merge {number}, {reprlib.repr(line)}"
        if len(parts) != 2:
            raise UserError(f"{place}, must be two tokens with a space between them")
        ids = [vocabulary.id(token) for token in (*parts, "".join(parts))]
        if None in ids:
            missing = (*parts, "".join(parts))[ids.index(None)]
            raise UserError(f"{place}: the vocabulary does not hold {reprlib.repr(missing)}; name files of one model")
        if line in seen:
            raise UserError(f"{place}, stands twice: remove one")
        seen.add(line)
        merges.append(tuple(ids))  # pyright: ignore[reportArgumentType]
    return merges


def check_byte_pair_options(options: Mapping[str, Any]) -> None:
    """Raises ValueError for an option that is of another type."""
    if not isinstance(options["add_prefix_space"], bool):
        raise ValueError(f"add_prefix_space must be True or False, got {options['add_prefix_space']!r}")
    for name in SPECIAL_TOKENS:
        if not isinstance(options[name], str) and (name == "end_token" or options[name] is not None):
            raise ValueError(f"{name} must be a string, got {options[name]!r}")
