"""How text becomes batches. Importing this loads no TensorFlow."""

from typing import Literal

from pydantic import PositiveInt

from .strict_config import StrictConfig


class DataConfig(StrictConfig):
    """How text becomes batches.

    arrangement: "stream" (parallel streams, state carried), "blocks" (packed, shuffled), "lines" (one a row, padded).
    batch_size: rows over all replicas. sequence_length: tokens a row. shuffle: of blocks and lines.
    """

    arrangement: Literal["stream", "blocks", "lines"] = "stream"
    batch_size: PositiveInt = 20
    sequence_length: PositiveInt = 35
    shuffle: bool = True
