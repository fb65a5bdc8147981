"""Strings that end a text. Needs no TensorFlow."""

import dataclasses
from collections.abc import Callable, Sequence

from .errors import UserError
from .token_book import TokenBook

MAX_CHARACTERS = 10_000
"""The maximum number of characters of all stop strings together."""

CHECKED_EVERY = 8
"""New tokens after which a text is searched; text beyond a stop string is cut off at the end."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class StopStrings:
    """The ends of a text: tokens, and strings right before which it ends, regardless of token boundaries.

    A string that is one token also ends the text as a token, which costs nothing and leaves out the space before it.

    Attributes:
        ids: ids of the tokens.
        texts: the strings, none of them empty.

    Example:
        >>> stops = StopStrings(texts=("\\n\\n", "END"))
        >>> stops.cut("one\\n\\ntwo END"), stops.cut("three")
        ('one', 'three')
        >>> stops.held("one\\n"), stops.held("one EN"), stops.held("one END of"), stops.held("one")
        (1, 2, 0, 0)
    """

    ids: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()

    @classmethod
    def of(cls, stop: Sequence[str], book: TokenBook) -> "StopStrings":
        """Makes stop strings for a model's tokens; "" is the end token.

        Raises:
            UserError: the model's vocabulary cannot write one, or there are too many.
        """
        count = sum(map(len, stop))
        if count > MAX_CHARACTERS:
            raise UserError(f"stop has {count:,} characters; it may have {MAX_CHARACTERS:,}: give shorter strings")
        ends = ("", book.names[book.end_id])
        single = [text for text in stop if text in ends or len(book.encode(text)) == 1]
        for text in stop:
            if text not in single and book.unknown_id in (found := book.encode(text)) and found:
                raise UserError(f"stop {text!r} is not in the model's vocabulary; it must be")
        ids = tuple(book.single_id("stop", text) for text in single)
        return cls(ids=ids, texts=tuple(text for text in stop if text not in ends))

    @property
    def pattern(self) -> str:
        """A regular expression in RE2's syntax that fully matches a text with one of the strings; "" for none.

        Example:
            >>> StopStrings(texts=("a.b", "猫")).pattern
            '(?s).*(?:a\\\\.b|猫).*'
        """
        return "" if not self.texts else f"(?s).*(?:{'|'.join(map(_escaped, self.texts))}).*"

    def cut(self, text: str) -> str:
        """Returns the text up to the first stop string in it."""
        places = [place for place in map(text.find, self.texts) if place >= 0]
        return text[: min(places)] if places else text

    def held(self, text: str) -> int:
        """Returns how many of the last characters may be the beginning of a stop string."""
        most = max((len(each) - 1 for each in self.texts), default=0)
        for size in range(min(most, len(text)), 0, -1):
            if any(each.startswith(text[-size:]) and len(each) > size for each in self.texts):
                return size
        return 0

    def cut_tokens(self, text: str, count: int, text_of: Callable[[int], str]) -> tuple[str, int]:
        """Returns the text before the first stop string, and the smallest number of tokens that write it.

        Args:
            text: the text of all tokens.
            count: the number of tokens.
            text_of: function that returns the text of the first so many tokens.
        """
        kept = self.cut(text)
        if kept == text:
            return text, count
        low, high = 0, count
        while low < high:
            middle = (low + high) // 2
            if text_of(middle).startswith(kept):
                high = middle
            else:
                low = middle + 1
        return kept, low


def _escaped(text: str) -> str:
    """Escapes a text like RE2's `QuoteMeta`."""
    plain = (each if each.isalnum() or each == "_" or ord(each) > 127 else f"\\{each}" for each in text)
    return "".join(plain).replace("\\\0", "\\x00")
