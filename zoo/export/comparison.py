"""How an export compares with the live model."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """How a LiteRT file compares with the live model.

    Attributes:
        largest_difference: of a number.
        agreement: share of equal decisions; None where the task decides nothing.
        cases: how many decisions that were.
        live, exported: on real text with known targets, `perplexity` and `accuracy` of each, `similarity` (the mean
            cosine with the live vectors) where there are vectors in the place of decisions; empty without.
        targets: how many targets that were.
    """

    largest_difference: float
    agreement: float | None = None
    cases: int = 0
    live: Mapping[str, float] = field(default_factory=dict)
    exported: Mapping[str, float] = field(default_factory=dict)
    targets: int = 0
