"""Special tokens that are written out in a text, without TensorFlow."""

import re
from collections.abc import Iterator, Sequence

from ...layers.text.special_tokens import check_special_tokens


class SpecialTokenSplitter:
    """Cuts text at special tokens wherever they stand, as `layers.text.SpecialTokenFinder` finds them.

    Args:
        tokens: the special tokens, none of them able to overlap with another.

    Raises:
        UserError: an empty one, one with white space, or two that can overlap.

    Example:
        >>> list(SpecialTokenSplitter(["[MASK]", "[SEP]"]).split("a[SEP] b"))
        [('a', '[SEP]'), (' b', None)]
    """

    def __init__(self, tokens: Sequence[str]):
        check_special_tokens(tokens)
        # Found by looking ahead, so that one that overlaps with itself is found as often as the layer finds it.
        self._pattern = re.compile("|".join(f"(?={re.escape(token)})" for token in tokens) or "(?!)")
        self._tokens = tuple(tokens)

    def split(self, text: str) -> Iterator[tuple[str, str | None]]:
        """Text and the special token behind it, in turn; behind the last text there is none."""
        done = 0
        for match in self._pattern.finditer(text):
            token = next(token for token in self._tokens if text.startswith(token, match.start()))
            yield text[done : match.start()], token
            done = max(done, match.start() + len(token))
        yield text[done:], None
