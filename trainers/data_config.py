"""The data settings of a training. Importing this loads no TensorFlow."""

from typing import Literal

from pydantic import NonNegativeInt, PositiveInt

from .strict_config import StrictConfig


class DataConfig(StrictConfig):
    """How text becomes batches.

    arrangement: "stream" (parallel streams, state carried), "blocks" (packed, shuffled), "lines" (one a row, padded).
    buckets: lengths at most that batches of pairs and of texts with labels are padded to; null for the task's own.
    reader: name of what reads the files (langzoo list --kind reader); null for the task's own.
    batch_size: rows over all replicas. sequence_length: tokens per row. shuffle: of blocks and lines.
    reset_every: batches of the first epoch after which a stream forgets its state, each stream at a time of its own; 0
        for only where an epoch begins. A model that never met an empty state in its first epoch is thrown back where
        the second begins.
    """

    reader: str | None = None
    buckets: PositiveInt | None = None
    arrangement: Literal["stream", "blocks", "lines"] = "stream"
    batch_size: PositiveInt = 20
    sequence_length: PositiveInt = 35
    shuffle: bool = True
    reset_every: NonNegativeInt = 0
