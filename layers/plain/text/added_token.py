"""Tokens that are found in a text before it is split, like Hugging Face's `AddedToken`. Needs no TensorFlow."""

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
"""The maximum number of characters of all together: the limit of one regular expression."""


@dataclass(frozen=True)
class AddedToken:
    """A token that is found wherever it occurs, even inside a word, before the text around it is split.

    Of two that begin at the same position the longer is found, and of two that overlap the first. The text on either
    side of one is split as if it were separate.

    Args:
        content: the text of the token.
        lstrip: whether it absorbs the white space before it.
        rstrip: whether it absorbs the white space after it.
        normalized: whether it is looked for in the normalized (e.g. lower-case) text, and normalized itself, after
            those that are not.
        special: whether it carries no text: it is left out of decoded text.
    """

    content: str
    lstrip: bool = False
    rstrip: bool = False
    normalized: bool = False
    special: bool = False

    def to_option(self) -> dict[str, Any]:
        """Returns its entry in the options of a tokenizer, without flags that are not set."""
        return {name: value for name, value in asdict(self).items() if value is not False}


def read_added_tokens(values: Any) -> tuple[AddedToken, ...]:
    """Reads the tokens of an option `added_tokens`.

    Args:
        values: a list of objects with a `content` and flags, as returned by `AddedToken.to_option`.

    Raises:
        ValueError: it is anything else.

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
    """Raises UserError for tokens that no text can contain, or too many of them for a regular expression."""
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
    """Returns the ids of tokens of a vocabulary, by their content.

    Args:
        tokens: tokens to find in text.
        vocabulary: the vocabulary, stored in a file with one token per line.
        kind: kind of the tokenizer, for messages.

    Raises:
        UserError: one is not in the vocabulary, or has a line end.
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
    """Returns all the tokens that a tokenizer finds in a text.

    Args:
        roles: the special tokens named by its options.
        added: the result of `read_added_tokens`; its flags take precedence for special tokens.
        strips_left: the special token that absorbs the white space before it unless `added` says otherwise.
    """
    found = {name: AddedToken(name, lstrip=name == strips_left, special=True) for name in roles}
    return tuple((found | {token.content: token for token in added}).values())


def tokens_pattern(contents: Iterable[str]) -> str:
    r"""Returns a regular expression for RE2 and Python that finds the longest token at a position.

    Example:
        >>> tokens_pattern(["<s>", "<s><s>"])
        '<s><s>|<s>'
    """
    return "|".join(map(re.escape, sorted(contents, key=len, reverse=True)))


def white_space() -> str:
    r"""Returns the characters of `\s` in the reference's regular expressions."""
    lengths = [int(length, 16) for length in WHITE_SPACE.split()]
    found, place = "", 0
    for outside, inside in zip(lengths[::2], lengths[1::2], strict=True):
        found += "".join(map(chr, range(place + outside, place + outside + inside)))
        place += outside + inside
    return found
