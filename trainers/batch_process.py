"""The code of a process that makes batches, see `BatchMakers`. Importing this loads no TensorFlow."""

import multiprocessing
import os
import pickle
import signal
import threading
from typing import Any

from ..layers.plain.without_remarks import without_remarks

_source: Any = None


def begin(sent: bytes) -> None:
    """Unpacks the source that batches are made from; the training itself has packed it."""
    global _source
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the training ends this one
    threading.Thread(target=_end_with_the_training, daemon=True).start()
    with without_remarks():  # this imports TensorFlow
        _source = pickle.loads(sent)  # from our own process, never from a file


def rows(step: int, first: int, count: int) -> dict[str, Any]:
    """`BatchSource.rows` of the source."""
    return _source.rows(step, first, count)


def _end_with_the_training() -> None:
    """Ends this process with the training, which closes nothing when it is killed."""
    training = multiprocessing.parent_process()
    if training is not None:
        training.join()
        os._exit(1)
