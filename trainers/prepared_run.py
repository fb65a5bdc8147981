"""A run before its model is built: the input of a fitter."""

import dataclasses
from pathlib import Path

import tensorflow as tf
from rich.console import Console

from ..layers.text import Tokenizer
from ..zoo.model_config import ModelConfig
from .data.corpus import Corpus
from .resolved_request import ResolvedRequest
from .tasks import TaskTraining
from .training_config import TrainingConfig


@dataclasses.dataclass(frozen=True)
class PreparedRun:
    """A checked request with its text read.

    Attributes:
        resolved: the request.
        learning: the training of its task.
        tokenizer: the tokenizer of the model.
        corpus: the training text.
        valid: the validation text, or None.
        strategy: the distribution strategy.
        described: content of `training.json`.
        resuming: whether the run directory contains a run to continue.
        chief: whether this process writes files.
        console: where progress is shown.
    """

    resolved: ResolvedRequest
    learning: TaskTraining
    tokenizer: Tokenizer
    corpus: Corpus
    valid: Corpus | None
    strategy: tf.distribute.Strategy
    described: str
    resuming: bool
    chief: bool
    console: Console

    @property
    def training(self) -> TrainingConfig:
        """The settings of the training."""
        return self.resolved.training

    @property
    def directory(self) -> Path:
        """The run directory."""
        return Path(self.resolved.request.run)

    @property
    def config(self) -> ModelConfig:
        """The model's configuration."""
        return self.learning.config
