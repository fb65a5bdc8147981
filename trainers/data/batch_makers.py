"""Processes that make batches side by side."""

import mmap
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.reduction import ForkingPickler
from typing import Any

import numpy as np

from ...layers.plain.work_error import WorkError
from ..batch_process import begin, rows
from .batch_source import BatchSource


class BatchMakers:
    """Processes of this machine that make the batches of a source.

    Batches are made in Python, where threads take turns; processes do not. Each gets a copy of the source when it
    starts, but for memory-mapped arrays, which it opens by their path. A batch is the same whoever makes it.

    Args:
        source: what they make batches of.
        count: how many there are.

    Example:
        ```python
        with BatchMakers(source, 4) as makers:
            for batch in source.dataset(makers=makers):
                ...
        ```

    Raises:
        WorkError: at the end of the block, if a process ended before its time.
    """

    def __init__(self, source: BatchSource, count: int):
        self.count = count
        self._broken = False
        # Not forked: TensorFlow's threads would be missing in the child, and their locks held for ever.
        context = multiprocessing.get_context("spawn")
        sent = bytes(ForkingPickler.dumps(source))
        self._pool = ProcessPoolExecutor(count, mp_context=context, initializer=begin, initargs=(sent,))

    def rows(self, step: int, first: int, count: int) -> dict[str, np.ndarray]:
        """`BatchSource.rows` of the source, by the next process that is free.

        Raises:
            BrokenProcessPool: one ended before its time; the `with` block then ends with a `WorkError`.
        """
        try:
            return self._pool.submit(rows, step, first, count).result()
        except BrokenProcessPool:
            self._broken = True
            raise

    def __enter__(self) -> "BatchMakers":
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.shutdown(cancel_futures=True)
        if self._broken:  # tf.data has made an error of its own of it
            raise WorkError(
                "a process that makes batches ended before its time (was there too little memory?): "
                "go on with --resume, with fewer of them or with data.num_parallel_calls=0"
            )


def _reduced(array: np.memmap) -> Any:
    """A mapped file goes to another process by its path, a part of one by its numbers."""
    if isinstance(array.base, mmap.mmap):
        return np.memmap, (array.filename, array.dtype, "r", array.offset, array.shape)
    return np.asarray(array).__reduce__()


ForkingPickler.register(np.memmap, _reduced)
