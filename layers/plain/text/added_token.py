"""Tokens that are found in a text before it is cut, as Hugging Face's `AddedToken`. Needs no TensorFlow."""

import re
import reprlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from ..errors import UserError
from .unicode_classes import WHITE_SPACE
from .vocabulary import Vocabulary

MAX_ADDED_TOKENS = 10_000
MAX_ADDED_CHARACTERS = 200_000
"""Of all together: what one regular expression can hold."""


@dataclass(frozen=True)
class AddedToken:
    """A token that is found wherever it is written out, inside a word too, before the text around it is cut.

    Of two that begin at one place the longer is found, and of two that overlap the first. The text on either side of
    one is cut as if it stood alone.

    Args:
        content: what is written.
        lstrip: whether it takes up the white space before it.
        rstrip: whether it takes up the white space after it.
        normalized: whether it is looked for after the text was normalized (its case lowered, say), and normalized
            itself, after those that are not.
        special: whether it carries no text: it is left out of what is written.
    """

    content: str
    lstrip: bool = False
    rstrip: bool = False
    normalized: bool = False
    special: bool = False

    def to_option(self) -> dict[str, Any]:
        """As it stands among the options of a tokenizer: without the flags that are not set."""
        return {name: value for name, value in asdict(self).items() if value is not False}


def read_added_tokens(values: Any) -> tuple[AddedToken, ...]:
    """The tokens that an option `added_tokens` names.

    Args:
        values: a list of objects with a `content` and flags, as `AddedToken.to_option` makes them.

    Raises:
        ValueError: something else.

    Example:
        >>> read_added_tokens([{"content": "<mask>", "lstrip": True}])[0].lstrip
        True
    """
    known = {field.name for field in fields(AddedToken)}
    if not isinstance(values, (list, tuple)) or len(values) > MAX_ADDED_TOKENS:
        raise ValueError(
            f"added_tokens must be a list of at most {MAX_ADDED_TOKENS:,} tokens, got {reprlib.repr(values)}"
        )
    found: dict[str, AddedToken] = {}
    for value in values:
        if not isinstance(value, Mapping) or not value.keys() <= known or not isinstance(value.get("content"), str):
            raise ValueError(
                f"added_tokens must be objects with a content and the flags {', '.join(sorted(known - {'content'}))}, "
                f"got {reprlib.repr(value)}"
            )
        for name, flag in value.items():
            if name != "content" and not isinstance(flag, bool):
                raise ValueError(f"added_tokens: {name} must be True or False, got {reprlib.repr(flag)}")
        if value["content"] in found:
            raise ValueError(f"added_tokens must be different, got {reprlib.repr(value['content'])} twice")
        found[value["content"]] = AddedToken(**value)
    return tuple(found.values())


def check_added_tokens(tokens: Sequence[AddedToken]) -> None:
    """Raises UserError for tokens that no text can hold, or too much of them for a regular expression."""
    for token in tokens:
        if not token.content or "\0" in token.content:
            raise UserError(f"an added token must be text without zero bytes, not {reprlib.repr(token.content)}")
        if token.normalized and not token.content.strip():
            raise UserError(
                f"the added token {token.content!r} is white space and normalized, which is not supported: "
                "set its normalized to false"
            )
    if sum(len(token.content) for token in tokens) > MAX_ADDED_CHARACTERS:
        raise UserError(f"the added tokens must have {MAX_ADDED_CHARACTERS:,} characters at most: leave some out")


def ids_in_vocabulary(tokens: Iterable[AddedToken], vocabulary: Vocabulary, *, kind: str) -> dict[str, int]:
    """The ids of tokens that a vocabulary holds, by their content.

    Args:
        tokens: to be found in text.
        vocabulary: kept in a file, one token a line.
        kind: of the tokenizer, for messages.

    Raises:
        UserError: one is not in the vocabulary, or holds a line end.
    """
    found = {}
    for token in tokens:
        if "\n" in token.content or "\r" in token.content:
            raise UserError(f"the added token {token.content!r} holds a line end, which is not supported: leave it out")
        token_id = vocabulary.special_id(token.content, kind=kind)
        assert token_id is not None  # only that of None is
        found[token.content] = token_id
    return found


def found_tokens(
    roles: Iterable[str], added: Iterable[AddedToken], *, strips_left: str | None = None
) -> tuple[AddedToken, ...]:
    """All the tokens that a tokenizer finds in a text.

    Args:
        roles: names of the special tokens that its options name.
        added: from `read_added_tokens`; what they say of a role's token counts.
        strips_left: the role's token that takes up the white space before it unless `added` says otherwise.
    """
    found = {name: AddedToken(name, lstrip=name == strips_left, special=True) for name in roles}
    return tuple((found | {token.content: token for token in added}).values())


def tokens_pattern(contents: Iterable[str]) -> str:
    r"""A regular expression, of RE2 and of Python, that finds tokens, the longest that begins at a place.

    Example:
        >>> tokens_pattern(["<s>", "<s><s>"])
        '<s><s>|<s>'
    """
    return "|".join(map(re.escape, sorted(contents, key=len, reverse=True)))


def white_space() -> str:
    r"""The characters of `\s` in the reference's regular expressions."""
    lengths = [int(length, 16) for length in WHITE_SPACE.split()]
    found, place = "", 0
    for outside, inside in zip(lengths[::2], lengths[1::2], strict=True):
        found += "".join(map(chr, range(place + outside, place + outside + inside)))
        place += outside + inside
    return found
