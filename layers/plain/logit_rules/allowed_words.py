"""Restricting a text to given words."""

import dataclasses
from typing import Any, ClassVar

from ..option import option
from . import register_logit_rule
from .text_rule import TextRule, listed_words


@register_logit_rule("allowed_words")
@dataclasses.dataclass(frozen=True, kw_only=True)
class AllowedWords(TextRule):
    """Bans every token that is in none of these words, except those that end a text.

    With a vocabulary of words, only these words can be generated; pieces may come in any order: use `regex` to restrict
    a text to whole words.

    Args:
        allowed_words: words separated by commas, or a JSON list of strings.
    """

    also: ClassVar[tuple[type, ...]] = (list, tuple)
    _allowed: ClassVar[Any] = None  # set per instance: int (1, A)

    allowed_words: str = option("", help="The only words whose tokens may be generated: yes,no, or a JSON list.")

    @property
    def arrays(self):
        """See `LogitRule.arrays`."""
        return {"_allowed": self._allowed}

    def bound(self, book):
        """See `LogitRule.bound`."""
        import numpy as np

        words = listed_words("allowed_words", self.allowed_words)
        ids = {token for word in words for text in (word, f" {word}") for token in book.ids("allowed_words", text)}
        return self.with_values({"_allowed": np.array([sorted(ids)], np.int32)})

    def apply(self, scores, history, state, *, ops):
        """See `LogitRule.apply`."""
        del state
        ids = ops.concat([ops.row(self._allowed, int), history.stop_ids])
        return ops.where(ops.contains(ids, ids >= 0, ops.width(scores)), scores, float("-inf"))
