"""What a run is going to take, told before its first step."""

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
"""Epochs after which a text has little more to give (Muennighoff et al. 2023, arXiv:2305.16264)."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunStatement:
    """What a run reads, how large its model is, and what it needs.

    Attributes:
        steps: of the optimizer.
        rows: of a batch.
        lengths: tokens of a row; several where that changes.
        tokens: read by all steps.
        epochs: how often the text is read.
        text: tokens of the text.
        parameters: of the model.
        weight_bytes: of the weights.
        training_bytes: of the weights, their gradients and the optimizer's state.
        disk_bytes: of the checkpoint and of the best weights.
        tells_repeats: whether it is text that models are pre-trained on, of which there should be enough.
        validated: tokens per row of the validation of a new model that reads blocks; 0 for others.

    Example:
        >>> statement = RunStatement.of(run, model, source=source, total=1000)
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
        cls, run: PreparedRun, model: Any, *, source: BatchSource, held_out: BatchSource | None = None, total: int
    ) -> "RunStatement":
        """That of a run whose model is compiled.

        Args:
            run: what it learns from.
            model: that learns.
            source: of its batches.
            held_out: of the batches of its validation; None without one.
            total: steps.
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
            tokens=round(epochs * text),  # not the positions, of which padding may be some
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
        """For people."""
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
        """Raises `UserError` where the disk has less room than the run needs while it replaces a checkpoint."""
        free, need = shutil.disk_usage(directory).free, 2 * self.disk_bytes
        if free < need:
            raise UserError(
                f"--run {directory}: {size_in_words(need)} are needed there for checkpoints, and the disk has "
                f"{size_in_words(free)}: make room, or name a folder on another disk"
            )


def _bytes(variables: Any) -> int:
    """Bytes of variables as they are kept."""
    return sum(variable.value.dtype.size * int(variable.value.shape.num_elements()) for variable in variables)
