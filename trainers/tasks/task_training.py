"""The base class of the trainings of all tasks."""

import abc
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from typing_extensions import Self

from ...layers.plain.errors import UserError
from ...layers.text import Tokenizer
from ...zoo.model_config import ModelConfig
from ...zoo.objective import Objective
from ...zoo.tasks.encoder_model import NO_BOUND
from ...zoo.tasks.try_options import try_options
from ..data import BatchSource
from ..data.corpus import Corpus
from ..data.phased_source import PhasedSource
from ..data.readers import READERS, Reader, Record, check_reader_options
from ..evaluation.predictions import Predictions
from ..objectives import OBJECTIVES
from ..training_config import TrainingConfig

MAX_LOGITS = 2**28  # 1 GB in float32
BUCKETS = 10
COMPILED_BUCKETS = 4  # under XLA, which compiles the step for each length


class TaskTraining(abc.ABC):
    """Defines data, batches and loss for models of one task.

    Args:
        training: the settings of the training.
        config: configuration of the model, or of the new model.
        tokenizer: the tokenizer of the model; None before there is one.
        options: options of the model's task; None before they are known.

    Attributes:
        task: its name, set by `register_task_training`.
        item: the item that a loss is counted over, for messages.
        example: a call of a trained model, for its card; {mask} is replaced by the mask token.
        reports_bits_per_byte: whether losses are those of a text's consecutive tokens, so that bits per byte follow.
    """

    task: ClassVar[str]
    item: ClassVar[str] = "token"
    reports_bits_per_byte: ClassVar[bool] = True
    example: ClassVar[str] = ""

    def __init__(
        self,
        training: TrainingConfig,
        *,
        config: Any,
        tokenizer: Tokenizer | None = None,
        options: Mapping[str, Any] | None = None,
    ):
        self.training = training
        self.config = config
        self.tokenizer: Any = tokenizer
        self.options = dict(options or {})

    def bound(self, **changes: Any) -> Self:
        """A copy with some of the constructor's arguments changed."""
        now = {"config": self.config, "tokenizer": self.tokenizer, "options": self.options}
        return type(self)(changes.pop("training", self.training), **{**now, **changes})

    @abc.abstractmethod
    def read(
        self, paths: Sequence[Path | str], *, cache: Path | str, progress: Callable[[int], None] | None = None
    ) -> Corpus:
        """Reads the files as token ids; raises `UserError` if they are not what the task reads."""

    def options_from(self, corpus: Any) -> dict[str, Any]:
        """The options of a new model that are derived from its data, such as its labels; none by default."""
        del corpus
        return {}

    def options_before_data(self) -> dict[str, Any]:
        """The part of `options_from` that is known before anything is read; none by default."""
        return {}

    def check_options(self, asked: Mapping[str, Any]) -> None:
        """Raises `UserError` for options of the task that no model takes, before anything is read."""
        if asked:
            try_options(self.task, self.config, {**self.options_before_data(), **asked})

    @abc.abstractmethod
    def source(self, corpus: Any) -> BatchSource:
        """The training batches."""

    @property
    def reads_blocks(self) -> bool:
        """Whether it reads plain text in rows of any length, so that `data.phases` can change it; False by default."""
        return False

    def batches(self, corpus: Any) -> BatchSource:
        """The training batches, in rows whose length changes according to `data.phases`.

        Raises:
            UserError: phases for data that is not plain text in blocks, or that are not shorter than the last one.
        """
        data, training = self.training.data, self.training
        if not data.short_phases:
            return self.source(corpus)
        lengths = [*(length for length, _ in data.short_phases), data.sequence_length]
        if not self.reads_blocks:
            raise UserError(f"data.phases {data.phases} is for plain text in blocks: leave data.phases empty")
        if lengths != sorted({*lengths}):
            raise UserError(
                f"data.phases {data.phases}: lengths must rise up to data.sequence_length {data.sequence_length}; "
                "change one of them, or leave phases out with --set data.phases="
            )
        parts = [training.model_copy(update={"data": data.model_copy(update={"sequence_length": n})}) for n in lengths]
        return PhasedSource(
            [self.bound(training=part).source(corpus) for part in parts],
            shares=[share for _, share in data.short_phases],
            epochs=training.epochs,
            total_steps=training.steps,
        )

    @abc.abstractmethod
    def evaluation_source(self, corpus: Any, *, batch_size: int, multiple_of: int = 1) -> BatchSource:
        """Batches that contain everything once, of about `batch_size` rows, a multiple of `multiple_of`."""

    def objective(self, *, source: BatchSource | None, evaluation: BatchSource | None, replicas: int = 1) -> Objective:
        """Returns the loss for the batches of two sources: the objective in `training`, or the task's default."""
        settings = self.settled.objective
        per_sequence = source is not None and self.training.loss_per == "sequence"
        return OBJECTIVES[settings.name](
            **settings.model_dump(),
            rows=source and source.batch_size // replicas,
            carry=source is not None and source.carries_state,
            evaluation_rows=evaluation and evaluation.batch_size // replicas,
            evaluation_carry=evaluation is not None and evaluation.carries_state,
            scale=source.sequence_length if source is not None and per_sequence else 1.0,
        )

    @property
    def heads(self) -> "dict[str, TaskTraining]":
        """For several tasks, the training of each; by default only itself, without a name."""
        return {"": self}

    @property
    def buckets(self) -> int:
        """Maximum number of lengths that batches are padded to."""
        return self.training.data.buckets or (COMPILED_BUCKETS if self.training.jit_compile else BUCKETS)

    @property
    def settled(self) -> TrainingConfig:
        """The settings of the training, with an objective of its task."""
        return self.training.for_task(self.task)

    @property
    def unit_and_item(self) -> tuple[str, str]:
        """The unit of the loss, and the item that it is counted over."""
        kind = OBJECTIVES[self.settled.objective.name]
        return kind.unit, kind.item or self.item

    @property
    def predicts(self) -> str:
        """The kind of predictions that its models are evaluated by, see `Predictions`; "" for none."""
        name = self.settled.objective.name
        return OBJECTIVES[name].predicts if name else ""

    def predictions(self, observed: Mapping[str, list[np.ndarray]], corpus: Any) -> Predictions:
        """Returns the predictions for every example, from the values that the objective observed for each row.

        Args:
            observed: name -> the values of each row, in the order of the files.
            corpus: the corpus.
        """
        del corpus
        references, predictions = (np.stack(observed[name]) for name in ("references", "predictions"))
        if self.predicts == "label_set":
            references = references.astype(np.int32)
        return Predictions(self.predicts, references, predictions, tuple(self.options.get("labels", ())))

    def settle(self, model: Any, predictions: Predictions) -> Predictions:
        """Settles options of a trained model that depend on a validation, such as a threshold.

        Args:
            model: the model with the weights that are kept; changed if there is anything to settle.
            predictions: predictions for the validation set.

        Returns:
            The updated predictions; the same object if nothing changed.
        """
        del model
        return predictions

    def answered(
        self, answer: Callable[..., list[dict[str, Any]]], records: Sequence[Record]
    ) -> tuple[Predictions, Mapping[str, int]]:
        """Returns the answers of an exported model for some records, as predictions.

        Args:
            answer: the `answer` method of the model.
            records: records from `records`.
        """
        raise UserError(f"exports of {self.task} models cannot be evaluated by their answers: name the run")

    def records(self, paths: Sequence[Path | str]) -> Iterator[Record]:
        """Yields the records of the files that became examples, in order."""
        raise UserError(f"models of the task {self.task} cannot be evaluated per example: leave --errors out")

    def reader(self, columns: Sequence[str], *, default: str, **options: Any) -> Reader:
        """Returns a reader for some columns: the reader of `training.data`, or the task's own.

        Args:
            columns: columns that every record must have.
            default: the name of the task's own reader.
            **options: options of `Reader`: `optional`, `may_be_empty`.

        Raises:
            UserError: an unknown reader, an option that it does not have, or columns that it does not provide.
        """
        data = self.training.data
        name, own = data.reader or default, dict[str, Any](data.reader_options)
        check_reader_options(name, own)
        return READERS[name](columns, named=data.columns, skip_bad=data.skip_bad, **options, **own)

    def text_reader(self) -> Reader | None:
        """The reader of texts only, or None for files that are read as they are."""
        return None if self.training.data.reader is None else self.reader(["text"], default="lines")

    def training_rows(self) -> dict[str, Any]:
        """Arguments of a source of examples for training."""
        data = self.training.data
        length = checked_length(self.training, self.config)
        seed = self.training.seed if data.shuffle else None
        return {"batch_size": data.batch_size, "sequence_length": length, "seed": seed, "buckets": self.buckets}

    def evaluation_rows(self, batch_size: int, multiple_of: int) -> dict[str, Any]:
        """Arguments of a source that contains everything once, in rows as long as the model reads."""
        rows, length = rounded_up(batch_size, multiple_of), self.config.context_length or NO_BOUND
        return {"batch_size": rows, "sequence_length": length, "seed": None, "buckets": self.buckets}

    def adapted_tokenizer(self, tokenizer: Tokenizer) -> Tokenizer:
        """Adapts the chosen or trained tokenizer to a new model; unchanged by default."""
        return tokenizer

    def vocabulary_texts(self, paths: Sequence[Path | str]) -> Iterator[str]:
        """The text that a new tokenizer is trained on."""
        from ..data import read_text

        reader = self.text_reader()
        if reader is None:
            return read_text(paths)
        records = reader.records(paths)
        return (f"{record.values['text']}\n" for record in records)


def checked_length(training: TrainingConfig, config: ModelConfig) -> int:
    """Returns `data.sequence_length`; raises `UserError` if the model has fewer positions."""
    length, longest = training.data.sequence_length, config.context_length
    if longest is not None and length > longest:
        raise UserError(
            f"data.sequence_length {length} is more than the model's {longest} positions: set it lower, or "
            "model.max_sequence_length higher"
        )
    return length


def check_settings(training: TrainingConfig, task: str, *, arrangement: str) -> None:
    """Raises `UserError` for settings that the task does not have: another arrangement, a loss per sequence."""
    if training.data.arrangement != arrangement:
        raise UserError(f"data.arrangement must be {arrangement} for {task}, not {training.data.arrangement}")
    if training.loss_per != "token":
        raise UserError(f"loss_per must be token for {task}, not {training.loss_per}")


def rows_in_memory(rows: int, *, length: int, config: ModelConfig, multiple_of: int) -> int:
    """The number of rows of a validation batch, or fewer to keep its logits in 1 GB; a multiple, at least one."""
    fewer = max(1, min(rows, MAX_LOGITS // (length * config.vocabulary_size)))
    return rounded_up(fewer, multiple_of)


def rounded_up(rows: int, multiple_of: int) -> int:
    """Returns the smallest multiple that is not below."""
    return -(-rows // multiple_of) * multiple_of
