"""A checked, immutable list of tokens."""

import reprlib
from collections.abc import Iterable, Iterator
from itertools import islice

from ..errors import UserError
from .special_tokens import END_TOKEN, UNKNOWN_TOKEN

MAX_VOCABULARY_SIZE = 10_000_000
"""More tokens than this is a mistake (or an attack), not a vocabulary."""


class Vocabulary:
    """The tokens of a tokenizer in the order of their ids, each exactly once.

    It is a plain object rather than a list, since Keras wraps and traverses every list of a layer.

    Args:
        tokens: the tokens in the order of their ids.

    Raises:
        UserError: there is no token, there are too many (over 10 million), or a token is empty, occurs twice, or is not
            Unicode text (a lone surrogate).

    Example:
        >>> vocabulary = Vocabulary(["<unk>", "<eos>", "猫"])
        >>> len(vocabulary), vocabulary.id("猫"), vocabulary.id("dog"), vocabulary[1]
        (3, 2, None, '<eos>')
    """

    def __init__(self, tokens: Iterable[str]):
        self._tokens = tuple(islice(tokens, MAX_VOCABULARY_SIZE + 1))
        if len(self._tokens) > MAX_VOCABULARY_SIZE:
            raise UserError(f"the vocabulary has more than {MAX_VOCABULARY_SIZE:,} tokens: train a smaller one")
        if not self._tokens:
            raise UserError("the vocabulary has no tokens: train one, or name the right file")
        self._ids: dict[str, int] = {}
        for token_id, token in enumerate(self._tokens):
            if not isinstance(token, str):
                raise UserError(f"vocabulary token {token_id} must be a string, not {reprlib.repr(token)}")
            if not token:
                raise UserError(f"vocabulary token {token_id} is empty: remove it")
            try:
                token.encode("utf-8")
            except UnicodeEncodeError:
                raise UserError(
                    f"vocabulary token {token_id}, {reprlib.repr(token)}, holds half a surrogate pair: remove it"
                ) from None
            first = self._ids.setdefault(token, token_id)
            if first != token_id:
                raise UserError(
                    f"vocabulary token {reprlib.repr(token)} occurs twice, as {first} and as {token_id}: remove one"
                )

    def __len__(self) -> int:
        return len(self._tokens)

    def __iter__(self) -> Iterator[str]:
        return iter(self._tokens)

    def __getitem__(self, token_id: int) -> str:
        return self._tokens[token_id]

    def __contains__(self, token: str) -> bool:
        return token in self._ids

    def id(self, token: str) -> int | None:
        """Returns the token's id, or None if it is not in the vocabulary."""
        return self._ids.get(token)

    def special_id(self, token: str | None, *, kind: str) -> int | None:
        """Returns the id of a special token; None for None.

        Raises:
            UserError: it is not in the vocabulary; the message names the kind of tokenizer.
        """
        token_id = None if token is None else self.id(token)
        if token_id is None and token is not None:
            raise UserError(f"the {kind} vocabulary does not hold {reprlib.repr(token)}: add it, or name another")
        return token_id


def known_characters(vocabulary: Vocabulary) -> list[str]:
    """Returns the characters of a character vocabulary, whose ids begin at 2.

    Raises:
        UserError: it does not begin with `<unk>`, `<eos>`, or has an entry longer than one character.
    """
    first, characters = list(vocabulary)[:2], list(vocabulary)[2:]
    if first != [UNKNOWN_TOKEN, END_TOKEN]:
        raise UserError(f"a character vocabulary must begin with {UNKNOWN_TOKEN} and {END_TOKEN}: put them there")
    for character in characters:
        if len(character) != 1:
            raise UserError(f"a character vocabulary must hold single characters, not {character[:20]!r}: remove it")
    return characters
