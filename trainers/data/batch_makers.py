"""Processes that make batches in parallel."""

import mmap
import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.reduction import ForkingPickler
from typing import Any

import numpy as np

from ..batch_process import begin, rows
from .batch_source import BatchSource


class BatchMakers:
    """Processes on this machine that make the batches of a source.

    Batches are made in Python, where threads take turns; processes do not. Each gets a copy of the source when it
    starts, except for memory-mapped arrays, which it opens by their path. A batch is the same whichever process makes
    it.

    If one of them is killed, all end, and this process makes the batches from then on: a training that the same
    signal stopped still reaches the end of its step, and one that had too little memory for all of them continues.

    Args:
        source: the source of the batches.
        count: number of processes.
        remark: called with a message if a process ends too early.

    Example:
        ```python
        with BatchMakers(source, 4) as makers:
            for batch in source.dataset(makers=makers):
                ...
        ```
    """

    def __init__(self, source: BatchSource, count: int, *, remark: Callable[[str], None] = lambda line: None):
        self.count = count
        self._source, self._remark = source, remark
        self._broken, self._lock = False, threading.Lock()
        # Not forked: TensorFlow's threads would be missing in the child, and their locks never released.
        context = multiprocessing.get_context("spawn")
        sent = bytes(ForkingPickler.dumps(source))
        self._pool = ProcessPoolExecutor(count, mp_context=context, initializer=begin, initargs=(sent,))

    def rows(self, step: int, first: int, count: int) -> dict[str, np.ndarray]:
        """`BatchSource.rows` of the source, from the next free process."""
        if not self._broken:
            try:
                return self._pool.submit(rows, step, first, count).result()
            except BrokenProcessPool:
                self._tell()
        with self._lock:
            return self._source.rows(step, first, count)

    def _tell(self) -> None:
        """Reports once that the processes are gone."""
        with self._lock:
            if not self._broken:
                self._broken = True
                self._remark(
                    "a process that makes batches was killed (was there too little memory?): from here on, the "
                    "training process makes the same batches itself"
                )

    def __enter__(self) -> "BatchMakers":
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.shutdown(cancel_futures=True)


def _reduced(array: np.memmap) -> Any:
    """Pickles a mapped file, or a contiguous part of one, by its place in the file, and other parts by value."""
    whole = array
    while isinstance(whole.base, np.memmap):
        whole = whole.base
    if isinstance(whole.base, mmap.mmap) and array.flags.c_contiguous and array.size:
        start = array.__array_interface__["data"][0] - whole.__array_interface__["data"][0]
        return np.memmap, (whole.filename, array.dtype, "r", whole.offset + start, array.shape)
    return np.asarray(array).__reduce__()


ForkingPickler.register(np.memmap, _reduced)
