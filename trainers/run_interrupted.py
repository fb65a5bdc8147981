"""The end of a run that was asked to stop."""

import signal


class RunInterrupted(KeyboardInterrupt):
    """A run was stopped by a signal after a whole step, and its checkpoint was written.

    Attributes:
        step: where the run stands.
        signal: the number of the signal: SIGINT (Control-C) or SIGTERM.
    """

    def __init__(self, step: int, number: int):
        super().__init__(f"stopped at step {step:,} by {signal.Signals(number).name}")
        self.step = step
        self.signal = number
