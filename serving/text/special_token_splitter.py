"""Splitting text at added tokens, without TensorFlow."""

import re
from collections.abc import Iterator, Sequence

from ...layers.plain.text.added_token import AddedToken, tokens_pattern, white_space


class SpecialTokenSplitter:
    """Splits text at added tokens, like `layers.text.AddedTokenSplitter`.

    Args:
        tokens: the tokens to look for.

    Example:
        >>> splitter = SpecialTokenSplitter([AddedToken("[MASK]", lstrip=True), AddedToken("[SEP]")])
        >>> list(splitter.split("a[SEP] b [MASK]"))
        [('a', '[SEP]'), (' b', '[MASK]'), ('', None)]
    """

    def __init__(self, tokens: Sequence[AddedToken]):
        self._pattern = re.compile(tokens_pattern(token.content for token in tokens) or "(?!)")
        self._left = {token.content for token in tokens if token.lstrip}
        self._right = {token.content for token in tokens if token.rstrip}
        self._white_space = white_space()

    def split(self, text: str) -> Iterator[tuple[str, str | None]]:
        """Yields pairs of a text and the token after it; there is none after the last text."""
        return ((part, token) for part, _, token, _ in self.places(text))

    def places(self, text: str) -> list[tuple[str, int, str | None, int]]:
        """Returns each text, where it begins, the token after it, and where that ends.

        A token begins where the text before it ends, since the white space that it strips belongs to it.

        Example:
            >>> SpecialTokenSplitter([AddedToken("[MASK]", lstrip=True)]).places("b [MASK]")
            [('b', 0, '[MASK]', 8), ('', 8, None, 8)]
        """
        parts, done, before = [], 0, None
        for match in self._pattern.finditer(text):
            parts.append((*self._stripped(text, done, match.start(), before, match[0]), match[0]))
            done, before = match.end(), match[0]
        parts.append((*self._stripped(text, done, len(text), before, None), None))
        limits = [start for _, start, _ in parts[1:]] + [len(text)]
        return [(*part, limit) for part, limit in zip(parts, limits, strict=True)]

    def _stripped(self, text: str, start: int, end: int, before: str | None, after: str | None) -> tuple[str, int]:
        part = text[start:end]
        if before in self._right:
            part = part.lstrip(self._white_space)
            start = end - len(part)
        return (part.rstrip(self._white_space) if after in self._left else part), start
