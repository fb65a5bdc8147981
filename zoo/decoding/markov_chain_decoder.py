"""The base class of decoders that run a Markov chain over texts."""

import dataclasses
from typing import Any, ClassVar

import tensorflow as tf

from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError
from ...layers.plain.option import option
from ...layers.random_bits import random_table
from .decoder import Decoder

SCANS = ("systematic", "random")
MAX_SWEEPS = 100_000


@dataclasses.dataclass(frozen=True, kw_only=True)
class MarkovChainDecoder(Decoder):
    """A Markov chain of texts that differ in one token each; it returns the text after `burn_in` sweeps.

    The chains of a batch run in parallel, each with its own seed: a prompt gives the same text in any batch.

    Args:
        burn_in: the number of sweeps; one sweep is a step for every free position. More sweeps are closer to the
            stationary distribution.
        temperature: the distribution is raised to the power 1 / temperature.
        scan: "systematic" visits the positions in order, "random" draws the next one.

    Raises:
        UserError: a value is out of range.
    """

    draws: ClassVar[bool] = True

    burn_in: int = option(20, low=1, high=MAX_SWEEPS, help="Number of sweeps over all free positions.")
    temperature: float = option(1.0, above=True, help="Values below 1 stay closer to the most likely texts.")
    scan: str = option("systematic", fixed=True, help=f"The order of positions: {' or '.join(SCANS)}.")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.scan not in SCANS:
            raise UserError(unknown_name_message("scan", self.scan, SCANS))

    def turn(self, step: Any, counts: Any, seeds: Any) -> Any:
        """The index of the free position that each row visits at a step: int32 (B,), from 0 to `counts` - 1.

        The first sweep is always systematic, so that no position keeps its initial token.

        Args:
            step: int32 scalar.
            counts: int32 (B,), the number of free positions of each row, at least 1.
            seeds: int32 (B,).
        """
        in_order = step % counts
        if self.scan == "systematic":
            return in_order
        drawn = tf.cast(self.uniform(seeds, step, 0) * tf.cast(counts, tf.float32), tf.int32)
        return tf.where(step < counts, in_order, tf.minimum(drawn, counts - 1))

    @staticmethod
    def uniform(seeds: Any, step: Any, use: int) -> Any:
        """A random number in (0, 1) for each row, float32 (B,), different for every `use` at a step."""
        return random_table(seeds, tf.fill(tf.shape(seeds), use), step, 1)[:, 0]
