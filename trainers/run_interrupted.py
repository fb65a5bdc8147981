"""The exception raised when a run is stopped by a signal."""

import signal


class RunInterrupted(KeyboardInterrupt):
    """Raised when a signal stopped a run after a whole step and its checkpoint was written.

    Attributes:
        step: the step of the checkpoint.
        signal: the number of the signal: SIGINT (Control-C) or SIGTERM.
    """

    def __init__(self, step: int, number: int):
        super().__init__(f"stopped at step {step:,} by {signal.Signals(number).name}")
        self.step = step
        self.signal = number
