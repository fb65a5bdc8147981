"""Banning repeated n-grams."""

import dataclasses

from ..option import option
from . import register_logit_rule
from .logit_rule import LogitRule


@register_logit_rule("no_repeat_ngram")
@dataclasses.dataclass(frozen=True, kw_only=True)
class NoRepeatNgram(LogitRule):
    """Bans every token that would repeat an n-gram of the prompt and the new text (Paulus et al. 2018).

    If that would ban all tokens, none is banned.

    Args:
        no_repeat_ngram_size: n; 0 bans nothing, 1 every token that has occurred.
    """

    no_repeat_ngram_size: int = option(
        0, help="Never repeat N tokens in a row, including those of the prompt; 0 for no limit."
    )

    def apply(self, scores, history, state, *, ops):
        """See `LogitRule.apply`."""
        size, ids, end = self.column("no_repeat_ngram_size", ops=ops), history.ids, history.end
        columns = ops.arange(ops.width(ids))  # (H,)
        # The columns where an n-gram may end, all of it within the text.
        ends = (columns < end) & (columns - size + 1 >= history.first) & (size > 0) & (ids >= 0)  # (B, H)

        def same_before(k, ends):
            """Whether the token k positions before is equal to the one k positions before the next token."""
            before = ops.columns(ids, ops.maximum(columns - k, 0))
            return ends & ((before == ops.columns(ids, ops.maximum(end - k, 0))) | (size <= k))

        ends = ops.loop(1, ops.minimum(ops.greatest(size), end), same_before, ends)
        banned = ops.where(ops.contains(ids, ends, ops.width(scores)), float("-inf"), scores)
        return ops.where(ops.any_above(banned, float("-inf")), banned, scores)
