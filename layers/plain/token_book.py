"""What logit rules may know of a model's tokens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .bounded_cache import BoundedCache
from .errors import UserError
from .option import shown

MAX_PATTERNS = 64
"""Patterns that are kept for the next text, at most."""


@dataclass(frozen=True, kw_only=True, eq=False)
class TokenBook:
    """The tokens of a model, for logit rules whose options are text (`LogitRule.bound`).

    Attributes:
        names: a printable name of every token.
        width: scores of a step, V; at least as many as there are tokens.
        end_id: the token that ends a text.
        unknown_id: the token that stands for what has none, or None.
        joins_words: whether the tokenizer puts spaces between words itself.
        encode: a text as ids.
        decode: rows of ids as texts in UTF-8, as they stand after nothing.
        memo: what a library made of the tokens once, by its name.
        patterns: what rules made of the patterns that were asked for last.
    """

    names: Sequence[str]
    width: int
    end_id: int
    unknown_id: int | None
    joins_words: bool
    encode: Callable[[str], list[int]]
    decode: Callable[[list[list[int]]], list[bytes]]
    memo: dict[str, Any] = field(default_factory=dict)
    patterns: BoundedCache = field(default_factory=lambda: BoundedCache(MAX_PATTERNS))

    def ids(self, what: str, text: str) -> list[int]:
        """A text as ids, at least one.

        Raises:
            UserError: no token, or an unknown one; `what` names the option.
        """
        ids = [self.end_id] if text == self.names[self.end_id] else self.encode(text)
        if not ids:
            raise UserError(f"{what} has {shown(text)}, which is no token for this model: leave it out")
        if self.unknown_id in ids and text != self.names[ids[0]]:
            raise UserError(f"{what} has {shown(text)}, which is not in the model's vocabulary; it must be")
        return ids

    def single_id(self, what: str, text: str) -> int:
        """The id of a text that is one token; that of the end token for "".

        Raises:
            UserError: none, several, or an unknown one; `what` names the option.
        """
        if text in ("", self.names[self.end_id]):
            return self.end_id
        encoded = self.encode(text)
        if len(encoded) != 1:
            raise UserError(f"{what} {text!r} is {len(encoded)} tokens for this model; it must be one")
        if self.unknown_id is not None and encoded[0] == self.unknown_id and text != self.names[self.unknown_id]:
            raise UserError(f"{what} {text!r} is not in the model's vocabulary; it must be")
        return encoded[0]

    @cached_property
    def surfaces(self) -> list[bytes]:
        """What every token writes inside a text, in UTF-8; b"" of those that stand for no text and of unknown ones.

        Raises:
            UserError: what a token writes depends on the token before it.
        """
        size = len(self.names)
        silent = {self.end_id, self.unknown_id}
        anchors = self._anchors(silent)
        found: list[list[bytes]] = []
        for anchor in anchors:
            first = len(self.decode([[anchor]])[0])
            found.append([text[first:] for text in self.decode([[anchor, token] for token in range(size)])])
        for token, written in enumerate(zip(*found, strict=True)):
            if token not in silent and len(set(written)) > 1:
                raise UserError(
                    f"the token {shown(self.names[token])} of this model is written differently after different "
                    "tokens, so that no pattern can be held to: use a model of bytes, characters or byte pairs"
                )
        return [b"" if token in silent else found[0][token] for token in range(size)]

    def _anchors(self, silent: set[Any]) -> list[int]:
        """A few tokens that write something, spread over the vocabulary."""
        size = len(self.names)
        tried = [token for token in range(0, size, max(size // 64, 1)) if token not in silent]
        writing = [token for token, text in zip(tried, self.decode([[token] for token in tried]), strict=True) if text]
        return [writing[0], writing[len(writing) // 2], writing[-1]]
