"""The options of beam search."""

import dataclasses

from .option import option
from .options import Options

MAX_WIDTH = 1_024
"""Hypotheses that beam search keeps of a text, at most: each has a state of its own."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class BeamOptions(Options):
    """The options of beam search.

    Args:
        width: hypotheses per prompt; 1 is greedy.
        length_penalty: 0 ranks by log-probability alone, which favours short texts; 0.6 to 1 is usual.
        coverage_penalty: of encoder-decoders; more ranks texts higher that looked at the whole source. Wu et al. 2016
            take 0.2, and 0.2 for the length.
    """

    width: int = option(4, low=1, high=MAX_WIDTH, fixed=True, help="Hypotheses that beam search keeps.")
    length_penalty: float = option(0.6, help="Of beam search; more favours longer texts.")
    coverage_penalty: float = option(
        0.0,
        high=1_000,
        fixed=True,
        help="Of beam search of an encoder-decoder; more favours texts that looked at the whole source.",
    )
