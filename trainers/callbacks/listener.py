"""Listeners to the progress of a run."""

from typing import Protocol


class Listener(Protocol):
    """Is told of a run's progress."""

    def progress(self, record: dict) -> None:
        """Some steps were done: `step`, over them `loss` and what else the objective reports, `perplexity` if there is
        one, `learning_rate`, `tokens_per_second`, `cpu_share`, the share of all cores' time that the process had, and
        `real_token_share` where batches are padded."""

    def interval(self, record: dict) -> None:
        """An interval ended: as above over all of it; the same of a validation, if there was one, after `val_`, with
        `val_bits_per_byte` where its every byte is predicted."""
