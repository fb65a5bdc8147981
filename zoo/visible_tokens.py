"""Readable names of tokens."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..layers.text import Tokenizer

LONGEST_CHARACTER = 4  # bytes of UTF-8
SPACE = "␣"
CONTINUATION = "##"


class _Group(NamedTuple):
    """Consecutive tokens shown as one.

    Attributes:
        name: the text shown.
        size: the number of tokens.
    """

    name: str
    size: int


def visible_tokens(tokenizer: "Tokenizer", token_ids: Sequence[int]) -> list[_Group]:
    """Names the tokens of a text readably: by their text without the space before it.

    Byte-level tokenizers split characters; the pieces of one character are shown together. Special tokens, and tokens
    that are not text, keep the names that the tokenizer gives them, and pieces that continue a word their `##`.

    Args:
        tokenizer: the tokenizer.
        token_ids: the ids of one text.

    Returns:
        A list of `name` and `size`, the sizes adding up to the number of tokens.

    Example:
        >>> from langzoo.layers import ByteTokenizer
        >>> [tuple(group) for group in visible_tokens(ByteTokenizer(), [231, 140, 171, 32, 97, 256])]
        [('猫', 3), ('␣', 1), ('a', 1), ('<eos>', 1)]
    """
    ids = [int(token_id) for token_id in token_ids]
    if not ids:
        return []
    windows = [ids[start : start + size] for start in range(len(ids)) for size in range(1, LONGEST_CHARACTER + 1)]
    texts = tokenizer.detokenize(windows).numpy().tolist()
    special = {tokenizer.end_id, tokenizer.start_id, tokenizer.unknown_id, *tokenizer.special_ids}
    groups, start = [], 0
    while start < len(ids):
        group = _Group(visible_name(tokenizer.id_to_token(ids[start]), ""), 1)
        for size in range(1, min(LONGEST_CHARACTER, len(ids) - start) + 1):
            if special.intersection(ids[start : start + size]):
                break
            text = _text(texts[start * LONGEST_CHARACTER + size - 1])
            if text is not None:
                group = _Group(visible_name(tokenizer.id_to_token(ids[start]) if size == 1 else text, text), size)
                break
        groups.append(group)
        start += group.size
    return groups


def _text(encoded: bytes) -> str | None:
    """The text; None if a part of a character is missing."""
    try:
        text = encoded.decode()
    except UnicodeDecodeError:
        return None
    return None if "\ufffd" in text else text


def visible_name(token: str, text: str) -> str:
    """The readable name of a token: its text without surrounding white space, or its name if it is not text.

    Args:
        token: the name of the token.
        text: the text of the token; "" if it is not text.

    Example:
        >>> visible_name("Ġcat", " cat"), visible_name("##s", "s"), visible_name("[SEP]", "")
        ('cat', '##s', '[SEP]')
    """
    if text == " ":
        return SPACE
    text = text.strip()
    if token == CONTINUATION + text:
        return token
    return text if text and text.isprintable() else token
