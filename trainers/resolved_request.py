"""A request that has been checked. Importing this loads no TensorFlow."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..zoo.model_config import ModelConfig
from .training_config import TrainingConfig

if TYPE_CHECKING:
    from .train_request import TrainRequest


@dataclasses.dataclass(frozen=True)
class ResolvedRequest:
    """A request whose names have been looked up and whose settings have been checked.

    Attributes:
        request: the original request.
        name: the name of the model.
        task: the task that it learns.
        config: the configuration of the model.
        training: the settings of the training.
        options: options of the task, if the head of a run is kept; else none.
        asked_options: options of the task that the user has set.
        new_head: whether the body of a run gets a new head.
        pretrains: whether it is pre-trained by a published recipe, whose text is checked more closely.
    """

    request: "TrainRequest"
    name: str
    task: str
    config: ModelConfig
    training: TrainingConfig
    options: dict[str, Any] = dataclasses.field(default_factory=dict)
    asked_options: dict[str, Any] = dataclasses.field(default_factory=dict)
    new_head: bool = False
    pretrains: bool = False

    @property
    def data(self) -> "Files":
        """Files to train on; for several tasks, those of each."""
        tasks = self.request.tasks
        return {name: task.data for name, task in tasks.items()} if tasks else self.request.data

    @property
    def valid(self) -> "Files":
        """Files to validate on; none for no validation."""
        found = {name: task.valid for name, task in self.request.tasks.items() if task.valid}
        return found or self.request.valid


Files = Sequence[Path | str] | Mapping[str, Sequence[Path | str]]
"""Names of files; for several tasks, those of each."""


def all_files(files: Files) -> list[Path | str]:
    """The names without the tasks."""
    return [name for each in files.values() for name in each] if isinstance(files, Mapping) else list(files)
