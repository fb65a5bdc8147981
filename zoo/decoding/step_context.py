"""The context of a decoding step."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, eq=False)
class StepContext:
    """What a decoder may look at beside the scores of a step. B·R rows, R of each prompt.

    Attributes:
        prompt_ids: int32 (B·R, P), padded on the right.
        prompt_lengths: int32 (B·R,).
        new_ids: int32 (B·R, N), of which the first `step` columns count.
        step: int32 scalar, 0 for the first new token.
        finished: bool (B·R,); what is chosen for these rows is not used.
        seeds: int32 (B·R,), one per row, for decoders that draw.
        cut: what logit rules leave of the distribution that is drawn from: a function of scores (B·R, V), None for all.
        hidden: float (B·R, D), what the head reads, of decoders that ask for it (`Decoder.reads_hidden`); else None.
        attention: float32 (B·R, S), how much each word of the source is looked at for this token, of decoders that ask
            for it (`Decoder.reads_attention`); else None.
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
