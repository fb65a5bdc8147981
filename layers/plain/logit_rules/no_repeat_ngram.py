"""No n-gram twice."""

import dataclasses

from ..option import option
from . import register_logit_rule
from .logit_rule import LogitRule


@register_logit_rule("no_repeat_ngram")
@dataclasses.dataclass(frozen=True, kw_only=True)
class NoRepeatNgram(LogitRule):
    """Bans every token that would complete an n-gram which the prompt and the new text have (Paulus et al. 2018).

    Where that would ban every token there is, it bans none.

    Args:
        no_repeat_ngram_size: n; 0 bans nothing, 1 every token that is there.
    """

    no_repeat_ngram_size: int = option(
        0, help="No N tokens in a row are written twice, those of the prompt counted; 0 is off."
    )

    def apply(self, scores, history, state, *, ops):
        """See `LogitRule.apply`."""
        size, ids, end = self.column("no_repeat_ngram_size", ops=ops), history.ids, history.end
        columns = ops.arange(ops.width(ids))  # (H,)
        # Where an n-gram may end: all of it within the text.
        ends = (columns < end) & (columns - size + 1 >= history.first) & (size > 0) & (ids >= 0)  # (B, H)

        def same_before(k, ends):
            """Whether the token k places before is the one that the text ends with, k places before the next."""
            before = ops.columns(ids, ops.maximum(columns - k, 0))
            return ends & ((before == ops.columns(ids, ops.maximum(end - k, 0))) | (size <= k))

        ends = ops.loop(1, ops.minimum(ops.greatest(size), end), same_before, ends)
        banned = ops.where(ops.contains(ids, ends, ops.width(scores)), float("-inf"), scores)
        return ops.where(ops.any_above(banned, float("-inf")), banned, scores)
