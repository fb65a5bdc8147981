"""Added tokens that are written out in a text, without TensorFlow."""

import re
from collections.abc import Iterator, Sequence

from ...layers.plain.text.added_token import AddedToken, tokens_pattern, white_space


class SpecialTokenSplitter:
    """Cuts text at added tokens, as `layers.text.AddedTokenSplitter` finds them.

    Args:
        tokens: what to look for.

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
        """Text and the token after it, in turn; after the last text there is none."""
        done, before = 0, None
        for match in self._pattern.finditer(text):
            yield self._stripped(text[done : match.start()], before, match[0]), match[0]
            done, before = match.end(), match[0]
        yield self._stripped(text[done:], before, None), None

    def _stripped(self, text: str, before: str | None, after: str | None) -> str:
        if before in self._right:
            text = text.lstrip(self._white_space)
        return text.rstrip(self._white_space) if after in self._left else text
