"""Listeners to the progress of a run."""

from typing import Protocol


class Listener(Protocol):
    """A protocol of objects that are notified of a run's progress."""

    def progress(self, record: dict) -> None:
        """Called after some steps: `step`, over them `loss` and what else the objective reports, `perplexity` if any,
        `learning_rate`, `tokens_per_second`, `cpu_share`, the share of all cores' time that the process had, and
        `real_token_share` if batches are padded."""

    def interval(self, record: dict) -> None:
        """Called at the end of an interval: as above over all of it; the same of a validation, if any, with the prefix
        `val_`, and `val_bits_per_byte` if every byte of it is predicted."""
