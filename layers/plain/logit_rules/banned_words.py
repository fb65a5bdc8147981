"""Banning words."""

import dataclasses
from typing import Any, ClassVar

from ..option import option
from . import register_logit_rule
from .text_rule import TextRule, listed_words


@register_logit_rule("banned_words")
@dataclasses.dataclass(frozen=True, kw_only=True)
class BannedWords(TextRule):
    """Bans words: the last token of each after its preceding tokens (transformers' `bad_words_ids`).

    A word is banned with and without a space before it. If that would ban all tokens, none is banned.

    Args:
        banned_words: words separated by commas, or a JSON list of strings. What is banned are their tokens, as the
            tokenizer splits them: a model of pieces may find others that read the same.
    """

    also: ClassVar[tuple[type, ...]] = (list, tuple)
    _words: ClassVar[Any] = None  # set per instance: int (W, L), tokens of each word on the right, -1 before

    banned_words: str = option("", help="Words never to generate: bad,very bad, or a JSON list.")

    @property
    def arrays(self):
        """See `LogitRule.arrays`."""
        return {"_words": self._words}

    def bound(self, book):
        """See `LogitRule.bound`."""
        import numpy as np

        words = listed_words("banned_words", self.banned_words)
        rows = {tuple(book.ids("banned_words", text)) for word in words for text in (word, f" {word}")}
        longest = max(len(row) for row in rows)
        padded = [[-1] * (longest - len(row)) + list(row) for row in sorted(rows)]
        return self.with_values({"_words": np.array(padded, np.int32)})

    def apply(self, scores, history, state, *, ops):
        """See `LogitRule.apply`."""
        del state
        ids, end, length = history.ids, history.end, ops.width(self._words)
        last = ops.row(ops.columns(self._words, length - 1), int)  # (1, W)

        def same_before(k, matches):
            """Whether the token k positions before the next is that of the word, if it has that many."""
            wanted = ops.row(ops.columns(self._words, length - 1 - k), int)
            there = (ops.columns(ids, ops.maximum(end - k, 0)) == wanted) & (end - k >= history.first)
            return matches & (there | (wanted < 0))

        matches = ops.loop(1, length, same_before, (history.first >= 0) & (last >= 0))  # (B, W)
        banned = ops.contains(ops.where(matches, last, 0), matches, ops.width(scores))
        banned = ops.where(banned, float("-inf"), scores)
        return ops.where(ops.any_above(banned, float("-inf")), banned, scores)
