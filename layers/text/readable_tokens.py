"""Readable names of byte-level tokens."""

from collections.abc import Collection, Iterable

from ..plain.text.byte_pair_tokens import byte_alphabet
from .tokenizer import printable

_SPACE = "Ġ"


def readable_tokens(vocabulary: Iterable[str], *, special_tokens: Collection[str]) -> list[str]:
    r"""Returns readable names of tokens: characters instead of their bytes, but "Ġ" for a space, as in the files.

    Bytes that are not a character are written as `<0xE5>`, and unprintable characters as escapes. All names are
    different: one that would equal another is written entirely in bytes.

    Args:
        vocabulary: the tokens as written in the files.
        special_tokens: tokens that are not written in bytes.

    Example:
        >>> readable_tokens(["Ġthe", "éħĴ", "éħ", "Ċ", "ÄĠ"], special_tokens=[])
        ['Ġthe', '酒', '<0xE9><0x85>', '\\n', 'Ġ']
    """
    tokens = list(vocabulary)
    bytes_of = {character: byte for byte, character in enumerate(byte_alphabet())}
    data = [
        None
        if token in special_tokens or any(character not in bytes_of for character in token)
        else bytes(bytes_of[character] for character in token)
        for token in tokens
    ]
    # Tokens that are not written in bytes already have their names.
    names = ["".join(map(_printed, token)) for token in tokens]
    taken = {name for name, encoded in zip(names, data, strict=True) if encoded is None}
    for token_id, encoded in enumerate(data):
        if encoded is not None:
            choices = (_readable(encoded), _hexadecimal(encoded), f"{tokens[token_id]} ({token_id})")
            names[token_id] = next(name for name in choices if name not in taken)
            taken.add(names[token_id])
    return names


def _readable(data: bytes) -> str:
    # Bytes that are not part of a character become halves of surrogate pairs, which UTF-8 never has.
    return "".join(
        f"<0x{ord(character) - 0xDC00:02X}>" if "\udc80" <= character <= "\udcff" else _printed(character)
        for character in data.decode("utf-8", "surrogateescape").replace(" ", _SPACE)
    )


def _hexadecimal(data: bytes) -> str:
    return "".join(f"<0x{byte:02X}>" for byte in data)


def _printed(character: str) -> str:
    return character if character == "\\" else printable(character)
