"""Stopping a run on a signal."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator

import keras

from ..run_interrupted import RunInterrupted
from ..run_state import RunState

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopOnSignal(keras.callbacks.Callback):
    """Ends a run on SIGINT or SIGTERM: the step is finished, the checkpoint written, and `RunInterrupted` raised.

    A second signal ends the process immediately. Place it last in the list of callbacks.

    Args:
        state: the state of the run.
        save: writes the checkpoint.
        interval: number of steps between two validations; at its end the checkpoint is written after the validation.
        remark: called with a message when the first signal arrives.
    """

    def __init__(
        self,
        state: RunState,
        *,
        save: Callable[[], None],
        interval: int,
        remark: Callable[[str], None] = lambda line: None,
    ):
        super().__init__()
        self.state = state
        self._save = save
        self._interval = interval
        self._remark = remark
        self._asked: int | None = None

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Receives signals while the block runs; does nothing outside the main thread, which alone can receive them."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._ask) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def on_train_batch_end(self, batch, logs=None):
        """Stops in the middle of an interval."""
        if self._asked is not None and self.state.step % self._interval:
            self._save()
            raise RunInterrupted(self.state.step, self._asked)

    def on_epoch_end(self, epoch, logs=None):
        """Stops at the end of an interval, whose checkpoint has just been written."""
        if self._asked is not None:
            raise RunInterrupted(self.state.step, self._asked)

    def _ask(self, number, frame):
        if self._asked is not None:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        self._asked = number
        self._remark("stopping after this step; a second signal stops immediately")
