"""The tokens of a model, for logit rules."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .bounded_cache import BoundedCache
from .errors import UserError
from .option import shown

MAX_PATTERNS = 64
"""The maximum number of patterns that are kept for later texts."""


@dataclass(frozen=True, kw_only=True, eq=False)
class TokenBook:
    """The tokens of a model, for logit rules whose options are text (`LogitRule.bound`).

    Attributes:
        names: a printable name of every token.
        width: number of scores of a step, V; at least the number of tokens.
        end_id: the token that ends a text.
        unknown_id: the unknown token, or None.
        joins_words: whether the tokenizer itself puts spaces between words.
        encode: function of a text that returns its ids.
        decode: function of rows of ids that returns their texts in UTF-8, without preceding text.
        memo: data that libraries computed from the tokens, by name of the library.
        patterns: data that rules computed from the most recent patterns.
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
        """Returns the ids of a text, at least one.

        Raises:
            UserError: it has no token, or an unknown one; `what` names the option.
        """
        ids = [self.end_id] if text == self.names[self.end_id] else self.encode(text)
        if not ids:
            raise UserError(f"{what} has {shown(text)}, which is no token for this model: leave it out")
        if self.unknown_id in ids and text != self.names[ids[0]]:
            raise UserError(f"{what} has {shown(text)}, which is not in the model's vocabulary; it must be")
        return ids

    def single_id(self, what: str, text: str) -> int:
        """Returns the id of a text that is one token; that of the end token for "".

        Raises:
            UserError: it is no token, several, or an unknown one; `what` names the option.
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
        """The text of every token inside a text, in UTF-8; b"" for special tokens and unknown ones.

        Raises:
            UserError: the text of a token depends on the token before it.
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
                    "tokens, so that no pattern can be enforced: use a model of bytes, characters or byte pairs"
                )
        return [b"" if token in silent else found[0][token] for token in range(size)]

    def _anchors(self, silent: set[Any]) -> list[int]:
        """Returns a few tokens that write something, spread over the vocabulary."""
        size = len(self.names)
        tried = [token for token in range(0, size, max(size // 64, 1)) if token not in silent]
        writing = [token for token, text in zip(tried, self.decode([[token] for token in tried]), strict=True) if text]
        return [writing[0], writing[len(writing) // 2], writing[-1]]
