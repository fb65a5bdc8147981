"""The tokens of a text so far."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, eq=False)
class History:
    """The tokens of each row so far, with prompts aligned right, so that all rows end at the same column.

    Attributes:
        prompt_ids: int (B, P), padded on the left.
        lengths: int (B,), number of tokens of each prompt.
        new_ids: int (B, N); the first `step` columns count.
        step: int scalar, new tokens so far.
        ops: the operations to compute with.
        stop_ids: int (1, S), the tokens that end a text.
        finished: bool (B,), rows that have ended; None if none has.
    """

    prompt_ids: Any
    lengths: Any
    new_ids: Any
    step: Any
    ops: Any
    stop_ids: Any = None
    finished: Any = None

    @property
    def ids(self) -> Any:
        """All tokens, (B, P + N); computed on first use."""
        return self.ops.concat([self.prompt_ids, self.new_ids])

    def new_counts(self, size: Any) -> Any:
        """Returns the counts of each of `size` tokens in the new text of each row, float32 (B, size)."""
        ids, ops = self.new_ids, self.ops
        return ops.counts(ids, ops.arange(ops.width(ids)) < self.step, size)

    @property
    def first(self) -> Any:
        """The column of each row's first token, (B, 1)."""
        return self.ops.width(self.prompt_ids) - self.ops.column(self.lengths, int)

    @property
    def end(self) -> Any:
        """The column after the last token of all rows, a scalar."""
        return self.ops.width(self.prompt_ids) + self.step
