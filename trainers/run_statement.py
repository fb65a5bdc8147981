"""A summary of what a run needs, printed before its first step."""

import dataclasses
import shutil
from pathlib import Path
from typing import Any

from ..layers.plain.errors import UserError
from ..layers.plain.size_in_words import size_in_words
from .data.batch_source import BatchSource
from .data.block_source import BlockSource
from .data.phased_source import PhasedSource
from .prepared_run import PreparedRun
from .train_request import PRE_TRAINING

MOST_REPEATS = 40
"""Number of epochs after which a text has little more to give (Muennighoff et al. 2023, arXiv:2305.16264)."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunStatement:
    """The amount of text that a run reads, the size of its model, and the memory and disk space that it needs.

    Attributes:
        steps: number of optimizer steps.
        rows: rows per batch.
        lengths: tokens per row; several if that changes.
        tokens: tokens read by all steps.
        epochs: how often the text is read.
        text: tokens in the text.
        parameters: number of parameters of the model.
        weight_bytes: bytes of the weights.
        training_bytes: bytes of the weights, their gradients and the optimizer's state.
        disk_bytes: bytes of the checkpoint and of the best weights.
        tells_repeats: whether it is pre-training text, of which there should be enough.
        validated: tokens per row in validation, for a new model that reads blocks; 0 for others.

    Example:
        >>> statement = RunStatement.of(run, model, source=source, held_out=None, total=1000)
        >>> print(*statement.lines(), sep="\\n")
        1,000 steps of 16 · 128 tokens: 2,048,000 tokens, 0.8 times the text of 2,560,000
        4,386,178 parameters: 17.5 MB, 70.2 MB with gradients and optimizer; 70.2 MB on the disk
    """

    steps: int
    rows: int
    lengths: tuple[int, ...]
    tokens: int
    epochs: float
    text: int
    parameters: int
    weight_bytes: int
    training_bytes: int
    disk_bytes: int
    tells_repeats: bool
    validated: int = 0

    @classmethod
    def of(
        cls, run: PreparedRun, model: Any, *, source: BatchSource, held_out: BatchSource | None, total: int
    ) -> "RunStatement":
        """Returns the statement of a run whose model is compiled.

        Args:
            run: the prepared run.
            model: the compiled model.
            source: the source of its batches.
            held_out: the source of its validation batches; None without validation.
            total: number of steps.
        """
        epochs, text = source.epochs(0, total), run.corpus.num_tokens
        sources = source.sources if isinstance(source, PhasedSource) else (source,)
        weights, trained = _bytes(model.weights), _bytes(model.trainable_variables)
        optimizer = _bytes(model.optimizer.variables)
        is_new = not run.resolved.request.starts_from_run
        return cls(
            steps=total,
            rows=source.batch_size,
            lengths=tuple(each.sequence_length for each in sources),
            tokens=round(epochs * text),  # not positions, some of which may be padding
            epochs=epochs,
            text=text,
            parameters=model.count_params(),
            weight_bytes=weights,
            training_bytes=weights + trained + optimizer,
            disk_bytes=2 * weights + optimizer,
            tells_repeats=run.resolved.task in PRE_TRAINING,
            validated=held_out.sequence_length if isinstance(held_out, BlockSource) and is_new else 0,
        )

    def lines(self) -> list[str]:
        """The statement as lines of text."""
        lengths = ", then ".join(f"{length:,}" for length in self.lengths)
        size, training, disk = map(size_in_words, (self.weight_bytes, self.training_bytes, self.disk_bytes))
        found = [
            f"{self.steps:,} steps of {self.rows:,} · {lengths} tokens: {self.tokens:,} tokens, "
            f"{self.epochs:,.1f} times the text of {self.text:,}",
            f"{self.parameters:,} parameters: {size}, {training} with gradients and optimizer; {disk} on the disk",
        ]
        if self.tells_repeats and self.epochs > MOST_REPEATS:
            found.append(
                f"the text is small for these steps: it is read {self.epochs:,.0f} times, and after "
                f"{MOST_REPEATS} or so there is little more to learn from it; give more text, or fewer --steps"
            )
        longest = max(self.lengths)
        if self.validated > longest:
            found.append(
                f"validation reads blocks of {self.validated:,} tokens, and training only {longest:,}: give --set "
                f"data.sequence_length={self.validated}, or a model with --set model.max_sequence_length={longest}"
            )
        return found

    def check_disk(self, directory: Path) -> None:
        """Raises `UserError` if the disk has less room than the run needs while it replaces a checkpoint."""
        free, need = shutil.disk_usage(directory).free, 2 * self.disk_bytes
        if free < need:
            raise UserError(
                f"--run {directory}: {size_in_words(need)} are needed there for checkpoints, but the disk has only "
                f"{size_in_words(free)}: free some space, or name a folder on another disk"
            )


def _bytes(variables: Any) -> int:
    """Number of bytes of variables as they are stored."""
    return sum(variable.value.dtype.size * int(variable.value.shape.num_elements()) for variable in variables)
