"""What a training asks of a task."""

import abc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from ...layers.plain.errors import UserError
from ...layers.text import Tokenizer
from ...zoo.model_config import ModelConfig
from ...zoo.objective import Objective
from ..data import BatchSource
from ..data.corpus import Corpus
from ..objectives import OBJECTIVES
from ..training_config import TrainingConfig

MAX_LOGITS = 2**28  # 1 GB in float32


class TaskTraining(abc.ABC):
    """What models of one task read, in which batches, and with which loss.

    Attributes:
        task: its name.
        item: what a loss is counted over, for messages.
        example: a call of a trained model, for its card; {mask} stands for the mask token.
        compares: whether losses are of the tokens of a text in turn, so that bits a byte can be told from them.
    """

    task: ClassVar[str]
    item: ClassVar[str] = "token"
    compares: ClassVar[bool] = True
    example: ClassVar[str] = ""

    @abc.abstractmethod
    def read(
        self,
        paths: Sequence[Path | str],
        tokenizer: Tokenizer,
        training: TrainingConfig,
        *,
        cache: Path | str,
        progress: Callable[[int], None] | None = None,
    ) -> Corpus:
        """The files as token ids, `UserError` where they are not what the task reads."""

    @abc.abstractmethod
    def source(
        self, corpus: Any, training: TrainingConfig, *, config: ModelConfig, tokenizer: Tokenizer
    ) -> BatchSource:
        """The training batches."""

    @abc.abstractmethod
    def evaluation_source(
        self,
        corpus: Any,
        training: TrainingConfig,
        *,
        config: ModelConfig,
        tokenizer: Tokenizer,
        batch_size: int,
        multiple_of: int = 1,
    ) -> BatchSource:
        """Batches that hold everything once, of `batch_size` rows or so, a multiple of `multiple_of`."""

    def objective(
        self, training: TrainingConfig, *, source: BatchSource | None, evaluation: BatchSource | None, replicas: int = 1
    ) -> Objective:
        """The loss, for the batches of two sources: the objective that `training` names, or the task's own."""
        settings = training.for_task(self.task).objective
        per_sequence = source is not None and training.loss_per == "sequence"
        return OBJECTIVES[settings.name](
            **settings.model_dump(),
            rows=source and source.batch_size // replicas,
            carry=source is not None and source.carries_state,
            evaluation_rows=evaluation and evaluation.batch_size // replicas,
            evaluation_carry=evaluation is not None and evaluation.carries_state,
            scale=source.sequence_length if source is not None and per_sequence else 1.0,
        )

    def texts_to_learn_words_from(self, paths: Sequence[Path | str]):
        """The text that a new tokenizer learns from: an iterator of strings."""
        from ..data import read_text

        return read_text(paths)


def checked_length(training: TrainingConfig, config: ModelConfig) -> int:
    """The `data.sequence_length`; UserError where the model has not as many positions."""
    length, longest = training.data.sequence_length, config.context_length
    if longest is not None and length > longest:
        raise UserError(
            f"data.sequence_length {length} is more than the model's {longest} positions: set it lower, or "
            "model.max_sequence_length higher"
        )
    return length


def check_settings(training: TrainingConfig, task: str, *, arrangement: str) -> None:
    """UserError where a setting asks for what the task does not have: another arrangement, a loss a sequence."""
    if training.data.arrangement != arrangement:
        raise UserError(f"data.arrangement must be {arrangement} for {task}, not {training.data.arrangement}")
    if training.loss_per != "token":
        raise UserError(f"loss_per must be token for {task}, not {training.loss_per}")


def rows_in_memory(rows: int, *, length: int, config: ModelConfig, multiple_of: int) -> int:
    """That many rows of a validation batch, or as many fewer as keep its logits in 1 GB; a multiple, at least one."""
    fewer = max(1, min(rows, MAX_LOGITS // (length * config.vocabulary_size)))
    return rounded_up(fewer, multiple_of)


def rounded_up(rows: int, multiple_of: int) -> int:
    """The least multiple that is not below."""
    return -(-rows // multiple_of) * multiple_of
