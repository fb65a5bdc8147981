"""The context of a decoding step."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, eq=False)
class StepContext:
    """The inputs of a decoder in addition to the scores of a step. B·R rows, R per prompt.

    Attributes:
        prompt_ids: int32 (B·R, P), padded on the right.
        prompt_lengths: int32 (B·R,).
        new_ids: int32 (B·R, N), of which the first `step` columns count.
        step: int32 scalar, 0 for the first new token.
        finished: bool (B·R,); choices for these rows are ignored.
        seeds: int32 (B·R,), one per row, for decoders that sample.
        cut: the restriction of the sampled distribution by logit rules: a function of scores (B·R, V), None for none.
        hidden: float (B·R, D), the input of the head, for decoders that need it (`Decoder.reads_hidden`); else None.
        attention: float32 (B·R, S), the attention of this token to each word of the source, for decoders that need it
            (`Decoder.reads_attention`); else None.
        source_mask: bool (B·R, S), which of these are words and not padding; or None.
    """

    prompt_ids: Any = None
    prompt_lengths: Any = None
    new_ids: Any = None
    step: Any = None
    finished: Any = None
    seeds: Any = None
    cut: Callable[[Any], Any] | None = None
    hidden: Any = None
    attention: Any = None
    source_mask: Any = None
