"""Who is told of a run."""

from typing import Protocol


class Listener(Protocol):
    """Is told of a run's progress."""

    def progress(self, record: dict) -> None:
        """Some steps were done: `step`, `loss` and `perplexity` over them, `learning_rate`, `tokens_per_second`."""

    def interval(self, record: dict) -> None:
        """An interval ended: as above over all of it; `val_loss` and `val_perplexity` if there was a validation."""
