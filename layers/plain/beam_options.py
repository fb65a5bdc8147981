"""The options of beam search."""

import dataclasses

from .option import option
from .options import Options

MAX_WIDTH = 1_024
"""The maximum number of hypotheses per text: each has a state of its own."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class BeamOptions(Options):
    """The options of beam search.

    Args:
        width: hypotheses per prompt; 1 is greedy.
        length_penalty: 0 ranks by log-probability alone, which favours short texts; 0.6 to 1 is usual.
        coverage_penalty: for encoder-decoders; higher values rank texts higher that attend to the whole source. Wu et
            al. 2016 use 0.2, and 0.2 for the length.
    """

    width: int = option(4, low=1, high=MAX_WIDTH, fixed=True, help="The number of hypotheses in beam search.")
    length_penalty: float = option(0.6, help="For beam search; higher values favour longer texts.")
    coverage_penalty: float = option(
        0.0,
        high=1_000,
        fixed=True,
        help="For beam search of an encoder-decoder; higher values favour texts that cover the whole source.",
    )
