"""The base class of logit rules whose options are text."""

import abc
import dataclasses
import json
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from ..errors import UserError
from ..option import options_of, shown
from ..token_book import TokenBook
from .logit_rule import LogitRule

Own = TypeVar("Own", bound="TextRule")


@dataclasses.dataclass(frozen=True, kw_only=True)
class TextRule(LogitRule, abc.ABC):
    """A rule whose option is text, which `bound` converts to arrays for the model's tokens.

    Attributes:
        also: the type that the option may also have in Python, instead of its JSON; an empty value is the default.
    """

    exported: ClassVar[bool] = False
    also: ClassVar[tuple[type, ...]] = ()

    def __post_init__(self) -> None:
        for name in options_of(self):
            value = getattr(self, name)
            if isinstance(value, self.also):
                try:
                    object.__setattr__(self, name, json.dumps(value, ensure_ascii=False) if value else "")
                except (TypeError, ValueError, RecursionError) as error:
                    raise UserError(f"{name} must be a JSON value, not {shown(value)}") from error
        super().__post_init__()

    @abc.abstractmethod
    def bound(self: Own, book: TokenBook) -> Own:
        """See `LogitRule.bound`."""


def listed_words(name: str, text: str) -> list[str]:
    """Returns the words of an option: separated by commas, or a JSON list of strings.

    Raises:
        UserError: it is not such a list, or a word is empty.

    Example:
        >>> listed_words("banned_words", "cat, big dog"), listed_words("banned_words", '["1,000"]')
        (['cat', 'big dog'], ['1,000'])
    """
    words: Any = [word.strip() for word in text.split(",")]
    if text.lstrip().startswith("["):
        words = _json(name, text)
    if not isinstance(words, list) or not words or not all(isinstance(word, str) and word for word in words):
        raise UserError(f"{name} must be words separated by commas, or a JSON list of strings, not {shown(text)}")
    return words


def listed_values(name: str, text: str, *, bound: float) -> dict[str, float]:
    """Returns the token=value pairs of an option: separated by commas, or a JSON object.

    Raises:
        UserError: there are no such pairs, or a value is beyond the bound.

    Example:
        >>> listed_values("logit_bias", "cat=2, dog=-100", bound=100)
        {'cat': 2.0, 'dog': -100.0}
    """
    rule = (
        f"{name} must be token=value pairs separated by commas, or a JSON object, each value from -{bound} to {bound}"
    )
    pairs = [pair.strip().rpartition("=") for pair in text.split(",")]
    found: Any = {token: value for token, _, value in pairs}
    if text.lstrip().startswith("{"):
        found = _json(name, text)
    try:
        values = {str(token): float(value) for token, value in found.items() if not isinstance(value, bool)}
    except (TypeError, ValueError, AttributeError, OverflowError):
        values = {}
    if len(values) != len(found) or not all(token and abs(value) <= bound for token, value in values.items()):
        raise UserError(f"{rule}, not {shown(text)}")
    return values


def _json(name: str, text: str) -> list[Any] | Mapping[str, Any]:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError(f"{name} begins like JSON but is not valid: {shown(text)}") from error
